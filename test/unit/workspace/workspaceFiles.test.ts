import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Obstacle,
  readEntry,
  readWorkspaceFile,
  WorkspaceFileError,
  writeWorkspaceFile,
} from "../../../src/workspace/workspaceFiles";
import { root } from "../../support/paths";
import { requireOrSkip } from "../../support/requirement";
import { swappers, whileSwapped } from "../../support/swapper";
import { temporaryFolder } from "../../support/temporaryFolder";

const LIMIT = 1000;
const SECRET = "the secret of this machine";
/**
 * One way to read and one to write are tried during 10,000 exchanges. The others go on until the naive
 * way has failed, which shows that the instant is hit, and for so many exchanges at least.
 */
const FEWER = 2000;
const text = ({ bytes }: { readonly bytes: Uint8Array }) => Buffer.from(bytes).toString();
const refusedFor = (reason: Obstacle) => (error: unknown) => {
  assert.ok(error instanceof WorkspaceFileError, String(error));
  assert.equal(error.reason, reason);
  return true;
};

/** What only some systems can do, by the names of the systems that other ways are there for. */
const WAYS = { "by descriptors": process.platform, "by paths": "win32" } as const;
const posixOnly = process.platform === "win32" ? it.skip : it;

for (const [way, platform] of Object.entries(WAYS))
  describe(`a file of the workspace, ${way}`, () => {
    const folder = temporaryFolder();
    const actual = Object.getOwnPropertyDescriptor(process, "platform");
    let ws = "";
    const at = (name: string) => join(ws, name);
    const outside = (name: string) => join(folder(), "outside", name);
    const write = (path: string, content: string | Uint8Array) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    };
    const link = (target: string, path: string) => {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(target, path);
    };
    const read = (name: string, limit = LIMIT, ends?: { head: number; tail: number }) =>
      readWorkspaceFile(ws, name, limit, ends);
    const entry = (name: string) => readEntry(ws, name, LIMIT);
    const put = (name: string, content: string | undefined, mode?: number) =>
      writeWorkspaceFile(ws, name, content === undefined ? undefined : Buffer.from(content), mode);
    const modeOf = (name: string) => statSync(at(name)).mode & 0o777;

    beforeEach(() => {
      ws = join(folder(), "ws");
      mkdirSync(ws);
      write(outside("key"), SECRET);
      Object.defineProperty(process, "platform", { ...actual, value: platform });
    });
    afterEach(() => Object.defineProperty(process, "platform", actual ?? {}));

    describe("is read", () => {
      it("whole, however deep it is, with the time of its change", async () => {
        write(at("a/b/c.txt"), "text");
        const file = await read("a/b/c.txt");
        assert.deepEqual([text(file), file.end], ["text", undefined]);
        assert.ok(Math.abs(file.changedAt - statSync(at("a/b/c.txt")).mtimeMs) < 1);
        write(at("empty"), "");
        assert.equal(text(await read("empty")), "");
      });

      it("in its beginning and its end when it is longer than asked for", async () => {
        write(at("long"), `begin${"x".repeat(2000)}end`);
        const { bytes, end } = await read("long", LIMIT, { head: 5, tail: 3 });
        assert.equal(text({ bytes }), "begin");
        assert.deepEqual(end && [text(end), end.omitted], ["end", 2000]);
        assert.deepEqual((await read("long")).bytes.length, LIMIT);
        assert.deepEqual((await read("long", 0)).bytes.length, 0);
      });

      it("through links that stay in the workspace, whose folder may be one itself", async () => {
        write(at("real/file"), "text");
        link("real/file", at("link"));
        link("real", at("folder"));
        link(ws, join(folder(), "linked"));
        for (const name of ["link", "folder/file"]) assert.equal(text(await read(name)), "text");
        const file = await readWorkspaceFile(join(folder(), "linked"), "link", LIMIT);
        assert.equal(text(file), "text");
      });

      it("through no link that leads out, whether there is anything or not", async () => {
        link(outside("key"), at("key"));
        link(outside("none"), at("none"));
        link(outside(""), at("folder"));
        link("/", at("root"));
        link("loop", at("loop"));
        link(`/${"x".repeat(300)}`, at("long"));
        const names = [
          "key",
          "none",
          "folder/key",
          "folder/none",
          "root/etc/hosts",
          "loop",
          "long",
        ];
        for (const name of names) await assert.rejects(read(name), refusedFor("leadsOut"), name);
      });

      it("by no path that leads out or is none", async () => {
        for (const name of ["../outside/key", "a/../../outside/key", "/etc/hosts", "", ".", "a\0b"])
          await assert.rejects(read(name), refusedFor("leadsOut"), name);
        // A folder beside it begins with the same name.
        write(join(folder(), "ws-other/key"), SECRET);
        link("../ws-other/key", at("beside"));
        await assert.rejects(read("beside"), refusedFor("leadsOut"));
      });

      it("never when it is not there or is no file", async () => {
        write(at("file"), "text");
        mkdirSync(at("folder"));
        link(".", at("itself"));
        for (const name of ["none", "none/file", "file/below"])
          await assert.rejects(read(name), refusedFor("missing"), name);
        for (const name of ["folder", "itself"])
          await assert.rejects(read(name), refusedFor("notAFile"), name);
      });

      posixOnly("never when it is a pipe, which nobody waits for", async () => {
        execFileSync("mkfifo", [at("pipe")]);
        await assert.rejects(read("pipe"), refusedFor("notAFile"));
        assert.deepEqual(await entry("pipe"), { kind: "other" });
      });
    });

    describe("is looked at", () => {
      it("as what it is, of which no link is followed", async () => {
        write(at("a/file"), "x".repeat(2000));
        chmodSync(at("a/file"), 0o755);
        link(outside("key"), at("key"));
        link("a", at("folder"));
        const file = await entry("a/file");
        assert.ok(file.kind === "file");
        assert.deepEqual([file.bytes.length, file.size, file.mode], [LIMIT, 2000, 0o755]);
        assert.deepEqual(await entry("key"), { kind: "link", target: outside("key") });
        assert.deepEqual(await entry("folder/file"), { kind: "link", target: "a" });
        assert.deepEqual(await entry("folder"), { kind: "link", target: "a" });
        assert.deepEqual(await entry("a"), { kind: "other" });
        for (const name of ["none", "none/file", "a/file/below"])
          assert.deepEqual(await entry(name), { kind: "missing" });
        await assert.rejects(entry("../outside/key"), refusedFor("leadsOut"));
      });
    });

    describe("is written", () => {
      it("anew and in new folders, and nothing else is left there", async () => {
        await put("file", "one");
        await put("file", "two");
        await put("a/b/file", "three");
        await put("empty", "");
        assert.deepEqual(
          ["file", "a/b/file", "empty"].map((name) => readFileSync(at(name), "utf8")),
          ["two", "three", ""],
        );
        assert.deepEqual(readdirSync(ws).sort(), ["a", "empty", "file"]);
        assert.deepEqual(readdirSync(at("a/b")), ["file"]);
      });

      posixOnly("with the permissions that it had, or that are given", async () => {
        write(at("hook"), "one");
        chmodSync(at("hook"), 0o751);
        await put("hook", "two");
        assert.equal(modeOf("hook"), 0o751);
        await put("hook", "three", 0o640);
        assert.equal(modeOf("hook"), 0o640);
        await put("new", "four", 0o777);
        assert.equal(modeOf("new"), 0o777);
        await put("usual", "five");
        write(at("other"), "six");
        assert.equal(modeOf("usual"), modeOf("other"));
      });

      it("through no link, in its own place or in that of a folder", async () => {
        write(at("real/file"), "text");
        link(outside("key"), at("key"));
        link(outside("none"), at("none"));
        link(outside(""), at("folder"));
        link("real/file", at("link"));
        link("real", at("inner"));
        const names = ["key", "none", "folder/key", "folder/new/file", "link", "inner/file"];
        for (const name of names)
          await assert.rejects(put(name, "changed"), refusedFor("link"), name);
        for (const name of ["folder/key", "folder/none", "inner/file"])
          await assert.rejects(put(name, undefined), refusedFor("link"), name);
        assert.deepEqual(readdirSync(outside("")), ["key"]);
        assert.equal(readFileSync(outside("key"), "utf8"), SECRET);
        assert.equal(readFileSync(at("real/file"), "utf8"), "text");
      });

      it("by no path that leads out, and over nothing that is no file", async () => {
        for (const name of ["../outside/key", "a/../../outside/key", outside("key"), ""])
          for (const content of ["changed", undefined])
            await assert.rejects(put(name, content), refusedFor("leadsOut"), name);
        mkdirSync(at("folder"));
        for (const content of ["changed", undefined])
          await assert.rejects(put("folder", content), refusedFor("notAFile"));
        write(at("file"), "text");
        await assert.rejects(put("file/below", "changed"), refusedFor("missing"));
        assert.deepEqual(readdirSync(ws).sort(), ["file", "folder"]);
      });

      it("not into another name of the same file", async () => {
        linkSync(outside("key"), at("key"));
        await put("key", "changed");
        assert.equal(readFileSync(outside("key"), "utf8"), SECRET);
      });

      it("whole, by each of those who write it at once", async () => {
        const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(100_000));
        const results = await Promise.allSettled(texts.map((content) => put("file", content)));
        assert.ok(results.some(({ status }) => status === "fulfilled"));
        for (const result of results)
          if (result.status === "rejected") refusedFor("changed")(result.reason);
        assert.ok(texts.includes(readFileSync(at("file"), "utf8")));
        assert.deepEqual(readdirSync(ws), ["file"]);
      });

      it("by removing it, be it a link, and twice", async () => {
        write(at("file"), "text");
        link(outside("key"), at("key"));
        for (const name of ["file", "key", "file", "none/file"]) await put(name, undefined);
        assert.deepEqual(readdirSync(ws), []);
        assert.equal(readFileSync(outside("key"), "utf8"), SECRET);
      });
    });

    describe("while another process exchanges it with a link that leads out", () => {
      for (const [name, program] of Object.entries(swappers(root))) {
        const isMain = way === "by descriptors" && name === "exchanged at once";
        /** Runs while both are exchanged; `leaks` is what one would do who looks first and acts then. */
        const attack = async (
          context: Mocha.Context,
          [one, other]: readonly [string, string],
          act: () => Promise<string>,
          leaks: () => Promise<boolean>,
          exchanges = FEWER,
        ) => {
          if (!program) return requireOrSkip(context, "no python3 on Linux to exchange files with");
          const outcomes: Record<string, number> = {};
          let leaked = 0;
          const step = async () => {
            const outcome = await act();
            outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
            if (leaked === 0 && (await leaks())) leaked++;
          };
          // Without a leak to be had and both sides seen, nothing was shown.
          const shown = () => leaked > 0 && (outcomes["done"] ?? 0) > 0 && refusals() > 0;
          const refusals = () =>
            ["leadsOut", "link", "changed"].reduce((sum, why) => sum + (outcomes[why] ?? 0), 0);
          await whileSwapped(program, at(one), at(other), step, shown, exchanges);
          assert.deepEqual(
            Object.keys(outcomes).filter(
              (outcome) => !["done", "leadsOut", "link", "changed", "missing"].includes(outcome),
            ),
            [],
          );
        };
        const outcomeOf = async (work: () => Promise<unknown>): Promise<string> => {
          try {
            await work();
            return "done";
          } catch (error) {
            return error instanceof WorkspaceFileError ? error.reason : String(error);
          }
        };
        const reading = (...given: Parameters<typeof read>) =>
          outcomeOf(async () => assert.doesNotMatch(text(await read(...given)), /secret/));
        const naiveRead = (file: string) => async () => {
          try {
            return (
              (await realpath(at(file))).startsWith(ws) &&
              (await readFile(at(file), "utf8")).includes(SECRET)
            );
          } catch {
            return false;
          }
        };
        const naiveWrite = (file: string, target: string, content: string) => async () => {
          try {
            if ((await realpath(at(file))).startsWith(ws)) await writeFile(at(file), "naive");
          } catch {
            return false;
          }
          const written = readFileSync(outside(target), "utf8") === "naive";
          if (written) writeFileSync(outside(target), content);
          return written;
        };
        /** What is written takes the place of the link, so there is another one for the next time. */
        const oneIsALink = (one: string, other: string, target: string) => {
          const isLink = (name: string) =>
            lstatSync(at(name), { throwIfNoEntry: false })?.isSymbolicLink();
          if (isLink(one) !== isLink(other)) return;
          write(at("new file"), "harmless");
          symlinkSync(target, at("new link"));
          renameSync(at("new file"), at(one));
          renameSync(at("new link"), at(other));
        };
        /** Nothing but these, with this content, is outside of the workspace. */
        const untouched = (content: Readonly<Record<string, string>>) => {
          assert.deepEqual(readdirSync(outside("")).sort(), Object.keys(content).sort());
          for (const [file, expected] of Object.entries(content))
            assert.equal(readFileSync(outside(file), "utf8"), expected);
        };

        for (const [size, content] of [
          ["small", "harmless"],
          ["large", "harmless ".repeat(50_000)],
        ] as const)
          it(`shows nothing of what the link leads to when it is ${size}, ${name}`, async function () {
            write(at("file"), content);
            link(outside("key"), at("link"));
            await attack(
              this,
              ["file", "link"],
              () => reading("file", LIMIT, { head: 500, tail: 500 }),
              naiveRead("file"),
              isMain && size === "small" ? 10_000 : FEWER,
            );
          });

        it(`is not written through the link, ${name}`, async function () {
          write(at("file"), "harmless");
          link(outside("key"), at("link"));
          await attack(
            this,
            ["file", "link"],
            async () => {
              oneIsALink("file", "link", outside("key"));
              const outcome = await outcomeOf(() => put("file", "written"));
              untouched({ key: SECRET });
              return outcome;
            },
            naiveWrite("file", "key", SECRET),
            isMain ? 10_000 : FEWER,
          );
        });

        // By paths alone, a folder that is exchanged twice at the right instants is not noticed.
        if (way === "by descriptors" && process.platform === "linux") {
          it(`shows nothing of a folder that a link leads to, ${name}`, async function () {
            write(at("folder/key"), "harmless");
            link(outside(""), at("link"));
            await attack(
              this,
              ["folder", "link"],
              () => reading("folder/key"),
              naiveRead("folder/key"),
            );
          });

          it(`writes and removes nothing in a folder that a link leads to, ${name}`, async function () {
            write(at("folder/key"), "harmless");
            link(outside(""), at("link"));
            let count = 0;
            await attack(
              this,
              ["folder", "link"],
              async () => {
                const content = ++count % 3 === 0 ? undefined : "written";
                const outcome = await outcomeOf(() => put("folder/key", content));
                untouched({ key: SECRET });
                return outcome;
              },
              naiveWrite("folder/key", "key", SECRET),
            );
          });
        }
      }
    });
  });

describe("what a link was in the place of", () => {
  const folder = temporaryFolder();

  it("is said in a sentence without what hides in a name", async () => {
    symlinkSync("/etc/hosts", join(folder(), "a\u202Eb"));
    await assert.rejects(
      writeWorkspaceFile(folder(), "a\u202Eb", Buffer.from("x")),
      (error: Error) => {
        assert.match(error.message, /is a symbolic link/);
        assert.doesNotMatch(error.message, /\u202E/);
        return true;
      },
    );
    assert.equal(readlinkSync(join(folder(), "a\u202Eb")), "/etc/hosts");
    assert.ok(existsSync("/etc/hosts"));
  });
});
