import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lazyMask } from "../../../src/session/lazyMask";
import { maskDeep } from "../../../src/session/mask";
import { turnsDuring } from "../../support/eventLoop";
import { maskBundle } from "../../support/maskBundle";
import { begin, line, result, type Step } from "../../support/scriptedRuntime";
import { idle, lastMessage, scriptedSession } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
const NOT_KEPT = "[not kept: could not be masked]";

describe("masking beside the editor", () => {
  const folder = temporaryFolder();

  /** A bundle of which each copy, here and in the thread, does something of its own. */
  function bundle(source: string): string {
    const path = join(folder(), "mask.js");
    writeFileSync(path, `const { parentPort } = require("node:worker_threads");\n${source}`);
    return path;
  }

  it("masks what is short and what is long, each for who asked", async () => {
    const mask = lazyMask(await maskBundle());
    const texts = [100, 1_000_000, 10, 20_000, 300_000].map((size, at) => ({
      before: `${at} ${"-".repeat(size)} use ${token}`,
      after: `${at} ${"-".repeat(size)} use [masked: GITHUB_TOKEN]`,
    }));
    const masked = await Promise.all(texts.map(({ before }) => mask(before)));
    assert.deepEqual(
      masked,
      texts.map(({ after }) => after),
    );
  });

  it("knows the field of a long text", async () => {
    const mask = lazyMask(await maskBundle());
    const value = "x8Kd92msQp".repeat(2000);
    assert.equal(await mask(value, "client_secret"), "[masked: SECRET]");
    assert.equal(await mask(value, "content"), value);
  });

  it("leaves the editor its time while it searches a long text", async () => {
    const mask = lazyMask(await maskBundle());
    const text = "a line of a log\n".repeat(300_000);
    assert.ok((await turnsDuring(() => mask(text))) > 1000);
  });

  it("says that a text is not kept which takes too long, and goes on", async () => {
    const mask = lazyMask(await maskBundle(), (text) => (text.startsWith("late") ? 0 : 60_000));
    const late = `late ${"password=".repeat(1_000_000)}`;
    const masked = await maskDeep(
      { before: "before it", late, after: `${token} ${" ".repeat(20_000)}` },
      mask,
    );
    assert.deepEqual(masked, {
      before: "before it",
      late: NOT_KEPT,
      after: `[masked: GITHUB_TOKEN] ${" ".repeat(20_000)}`,
    });
  });

  it("lets nothing through when it breaks down, here or in the thread", async () => {
    const breaks = "throw new Error('broken')";
    const mask = lazyMask(
      bundle(`exports.maskText = async () => { ${breaks} };
        parentPort?.on("message", ({ text }) => {
          if (text.startsWith("end")) process.exit(1);
          if (text.startsWith("say")) return parentPort.postMessage({ error: "broken" });
          ${breaks};
        });`),
    );
    for (const text of [
      "short enough",
      ...["end", "say", "throw"].map((how) => how.padEnd(20_000)),
    ])
      assert.equal(await mask(text), NOT_KEPT);
  });

  /** A turn in which a tool gives an output of megabytes: how it ends, and what is there of the output. */
  async function turnWith(output: string, deadline?: () => number) {
    const call = { type: "tool_use", id: "t1", name: "Bash", input: { command: "cat" } };
    const scenario: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      line({ type: "assistant", message: { id: "m1", content: [call] } }),
      line({
        type: "user",
        message: { content: [{ type: "tool_result", tool_use_id: "t1", content: output }] },
      }),
      line({
        type: "assistant",
        message: { id: "m2", content: [{ type: "text", text: "Done." }] },
      }),
      result("s1"),
    ];
    const mask = lazyMask(await maskBundle(), deadline);
    const { session } = scriptedSession(folder(), [scenario], { change: { mask } });
    await session.send("Go on.", 0);
    await idle(session);
    await session.dispose();
    const { status, parts } = lastMessage(session);
    const tool = parts.find((part) => part.type === "dynamic-tool");
    assert.equal(status, "complete");
    assert.match(JSON.stringify(parts.at(-1)), /Done\./);
    return tool?.state === "output-available" ? String(tool.output) : undefined;
  }

  it("lets a turn go on whose output is of sixteen megabytes of the worst", async () => {
    const shown = await turnWith(`-----BEGIN PRIVATE KEY-----${"\n".repeat(16_000_000)}${token}`);
    assert.match(shown ?? "", /\n\[masked: GITHUB_TOKEN\]$/);
  });

  it("lets a turn go on whose output cannot be masked, and says so in its place", async () => {
    assert.equal(await turnWith("PASSWORD=".repeat(1_000_000), () => 0), NOT_KEPT);
  });

  it("rejects where there is no such bundle", async () => {
    await assert.rejects(lazyMask(join(folder(), "none.js"))("some text"), /Cannot find module/);
  });
});
