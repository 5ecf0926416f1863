import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { collect } from "../../src/sandbox/childProcess";
import type { ExecOptions, SandboxProcess, SandboxRuntime } from "../../src/sandbox/runtime";

/** Everything that a shell could read something into, and an argument that is not there for it. */
const TORTURE = [
  "two words",
  "it's",
  'say "x"',
  "$HOME ${name} $(touch x) `y`",
  "a\nb\n",
  "C:\\dir\\",
  "*",
  "~",
  "-e",
  "--",
  "世界 🚀",
  "!#&|;<>(){}[]?^%",
  "",
  "'\\''",
];

/**
 * What every way into a sandbox must do. `open` gives a runtime with a `sh`, a `cat` and a `sleep`
 * inside, of which `workspace` is the folder that commands start in.
 */
export function sandboxRuntimeContract(name: string, open: () => SandboxRuntime): void {
  describe(`a way into a sandbox: ${name}`, () => {
    let runtime: SandboxRuntime;
    beforeEach(() => {
      runtime = open();
    });

    const run = (argv: readonly string[], options?: ExecOptions) =>
      collect(runtime.exec(argv, options), 20_000);
    const sh = (script: string, ...args: string[]) => run(["sh", "-c", script, "sh", ...args]);

    it("hands over each argument as it is", async () => {
      const { stdout, code, stderr } = await sh(`printf '%s\\001' "$@"`, ...TORTURE);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(stdout.split("\u0001"), [...TORTURE, ""]);
    });

    it("hands over variables, which are on no command line", async () => {
      const token = `secret-${process.pid}-${Date.now()}`;
      const env = {
        CLAUDE_CODE_OAUTH_TOKEN: token,
        NODE_AUTH_TOKEN: `${token}-node`,
        EMPTY: "",
        ODD: " $HOME 'x' \"y\" \\n `z` = 世界 ",
        LINES: "one\n\n+two\n",
        PATH: "/nowhere:/usr/local/bin:/usr/bin:/bin",
      };
      const names = Object.keys(env);
      const child = runtime.exec(
        ["sh", "-c", names.map((key) => `printf '%s\\001' "$${key}"`).join(";") + ";exec sleep 60"],
        { env },
      );
      const printed = await readUntil(child, (text) => text.split("\u0001").length > names.length);
      assert.deepEqual(printed.split("\u0001").slice(0, -1), Object.values(env));
      const telling = commandLines().filter((line) => line.includes(token));
      child.kill();
      await child.exited;
      assert.deepEqual(telling, []);
    });

    it("begins in the workspace", async () => {
      assert.equal((await run(["pwd"])).stdout, `${runtime.workspace}\n`);
    });

    it("hands stdin through, and its end", async () => {
      const child = runtime.exec(["cat"], { env: { SOME: "variable" } });
      const text = `${JSON.stringify({ text: "héllo\\n 世界" })}\n\n`.repeat(5000);
      const [printed] = await Promise.all([
        readUntil(child, (said) => said.length >= text.length),
        child.write(text),
      ]);
      assert.equal(printed, text);
      child.end();
      assert.equal((await child.exited).code, 0);
    });

    it("hands out stdout byte by byte, also much of it", async () => {
      const half = await sh(`printf '\\344\\270'; sleep 0.2; printf '\\226\\347\\225\\214'`);
      assert.equal(half.stdout, "世界");
      const much = await sh(
        `i=0; while [ $i -lt 5 ]; do head -c 1048576 /dev/zero | tr '\\0' $i; i=$((i+1)); done`,
      );
      assert.equal(much.stdout.length, 5 * 1024 * 1024);
      assert.equal(much.stdout.slice(-3), "444");
    });

    it("keeps the end of stderr, and tells the exit code", async () => {
      const { stderr, code } = await sh(
        `head -c 200000 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 7`,
      );
      assert.equal(code, 7);
      assert.ok(stderr.length <= 64 * 1024);
      assert.match(stderr, /the end\n$/);
    });

    it("tells of a program that is not there", async () => {
      const { code, stderr, stdout } = await run(["no-such-program"]);
      assert.ok(code === 126 || code === 127, String(code));
      assert.match(stderr + stdout, /no-such-program/);
    });

    it("can be killed, and then its stdout ends", async () => {
      const child = runtime.exec(["sh", "-c", "echo begun; exec sleep 60"]);
      const started = Date.now();
      await readUntil(child, (text) => text.includes("begun"));
      child.kill();
      const exit = await child.exited;
      assert.notEqual(exit.code, 0);
      assert.ok(Date.now() - started < 10_000);
    });
  });
}

/** Reads until it is enough, or at the end. The rest is not read. */
async function readUntil(
  child: SandboxProcess,
  enough: (text: string) => boolean,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  // Leaving a loop over a stream would destroy it, so that the process could not go on.
  const reader = child.stdout[Symbol.asyncIterator]();
  for (;;) {
    const next = await reader.next();
    if (!next.done) chunks.push(next.value);
    const text = Buffer.concat(chunks).toString("utf8");
    if (next.done || enough(text)) return text;
  }
}

/** The command line of each process of this machine, and of those in containers on it. */
const commandLines = (): string[] =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
