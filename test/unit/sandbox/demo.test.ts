import assert from "node:assert/strict";
import { startProcess } from "../../../src/sandbox/childProcess";
import { probeSandbox } from "../../../src/sandbox/probe";
import type { SandboxRuntime } from "../../../src/sandbox/runtime";
import { textOf } from "../../../src/shared/thread";
import { idle, lastMessage, scriptedSession, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

/** The demo's program, from its source. */
const demoWith = (variables: Readonly<Record<string, string>>): SandboxRuntime => ({
  label: "Demo",
  workspace: "/w",
  exec: ([, ...args]) =>
    startProcess([process.execPath, "--import", "tsx", "src/sandbox/demoClaude.ts", ...args], {
      env: { ...process.env, ...variables },
    }),
});
const runtime = demoWith({});

describe("the demo", () => {
  const folder = temporaryFolder();
  const begin = (demo = runtime) =>
    scriptedSession(folder(), [], { change: { runtime: () => Promise.resolve(demo) } });

  it("is ready without anything", async () => {
    const readiness = await probeSandbox(runtime, {
      claudePath: "claude",
      env: {},
      allowApiKey: false,
    });
    assert.deepEqual(readiness, { state: "ready" });
  });

  it("answers, fails, uses a tool and stops, as it is asked to", async () => {
    const { session, warnings } = begin();
    const ask = async (text: string) => {
      await session.send(text, session.view().conversation.messages.length);
      await idle(session);
      return lastMessage(session);
    };
    assert.match(textOf(await ask("hello")), /I am the \*\*demo\*\*/);
    const failed = await ask("show me an error");
    assert.deepEqual([failed.status, failed.error?.code], ["failed", "overloaded"]);
    assert.match(textOf(failed), /how a failure looks/);
    const tool = (await ask("run a command")).parts.find(({ type }) => type === "dynamic-tool");
    assert.equal(tool && "state" in tool && tool.state, "output-available");
    await session.send("answer slowly", session.view().conversation.messages.length);
    await until(() => textOf(lastMessage(session)).includes("word"));
    session.stop();
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    assert.deepEqual(warnings, []);
    await session.dispose();
  });

  it("speaks the language whose texts it is given, and is asked in it", async () => {
    const { session } = begin(demoWith({ SANDBOX_CHAT_TEXTS: "l10n/bundle.l10n.de.json" }));
    await session.send("zeig mir einen Fehler", 0);
    await idle(session);
    assert.match(textOf(lastMessage(session)), /So sieht ein Fehler aus/);
    await session.dispose();
  });
});
