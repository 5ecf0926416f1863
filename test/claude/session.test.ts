import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatSession } from "../../src/session/chatSession";
import { continuation } from "../../src/session/newConversation";
import { textOf, type ToolPart } from "../../src/shared/thread";
import {
  claudeEnvironment,
  type ClaudeCli,
  installClaudeCli,
  isBefore,
} from "../support/claudeCli";
import { LocalClaude } from "../support/localClaude";
import { type MessagesApi, startMessagesApi } from "../support/messagesApi";
import { orSkip } from "../support/requirement";
import { idle, lastMessage, scriptedSession, until } from "../support/scriptedSession";
import { temporaryFolder } from "../support/temporaryFolder";
import { probeSandbox } from "../../src/sandbox/probe";

describe("a session with the real Claude Code", function () {
  // Before the folder goes that it works in.
  afterEach(() => session.dispose());
  const folder = temporaryFolder();
  let cli: ClaudeCli;
  let api: MessagesApi;
  let session: ChatSession;

  before(async function () {
    cli = await orSkip(this, installClaudeCli());
    api = await startMessagesApi();
  });
  after(() => api.close());

  function begin(options: { maxRetries?: number } = {}) {
    const [home, workspace] = ["home", "workspace"].map((name) => join(folder(), name));
    assert.ok(home && workspace);
    for (const path of [home, workspace]) mkdirSync(path, { recursive: true });
    const runtime = new LocalClaude(cli.path, workspace, claudeEnvironment(home, api, options));
    const scripted = scriptedSession(folder(), [], {
      // Stop ends whatever runs on this machine for a thread of this id.
      id: randomUUID(),
      change: { runtime: () => Promise.resolve(runtime) },
    });
    session = scripted.session;
    return { ...scripted, runtime, home };
  }

  async function say(text: string): Promise<void> {
    const reply = await session.send(text, session.view().conversation.messages.length);
    assert.deepEqual(reply, { sent: true });
  }

  const ask = async (text: string) => {
    await say(text);
    await idle(session);
    return lastMessage(session);
  };

  const tools = (parts: readonly { type: string }[]): ToolPart[] =>
    parts.filter((part): part is ToolPart => part.type === "dynamic-tool");

  it("streams an answer, to its end and with its usage", async () => {
    const { heard, warnings } = begin();
    const message = await ask("[[say:Hello from the real CLI, 世界 🚀.]]");
    assert.equal(message.status, "complete");
    assert.equal(textOf(message), "Hello from the real CLI, 世界 🚀.");
    assert.ok(heard.events.filter(({ type }) => type === "partGrew").length > 1);
    assert.ok((message.usage?.inputTokens ?? 0) > 0 && (message.usage?.costUsd ?? 0) > 0);
    assert.deepEqual(warnings, []);
  });

  it("keeps thinking apart", async () => {
    begin();
    const { parts } = await ask("[[think:5:1]]");
    assert.deepEqual(
      parts.map(({ type }) => type),
      ["reasoning", "text"],
    );
  });

  it("shows tools with input and output, and a failing one with its error", async () => {
    begin();
    const message = await ask(
      "[[two:echo one;;sleep 1; exit 3|bash:printf 'caf\u00e9'|say:Done.]]",
    );
    const [one, three, utf8] = tools(message.parts);
    assert.equal(one?.state === "output-available" && one.output, "one");
    assert.deepEqual(one?.input && (one.input as { command: string }).command, "echo one");
    assert.equal(three?.state, "output-error");
    assert.equal(utf8?.state === "output-available" && utf8.output, "café");
    assert.equal(textOf(message), "Done.");
  });

  it("goes on in the same process, and knows what was said", async () => {
    const { runtime } = begin();
    await ask("[[say:One.]]");
    const second = await ask("And now?");
    assert.equal(textOf(second), "User messages seen: 2.");
    assert.equal(runtime.started.length, 1);
    assert.ok((second.usage?.costUsd ?? 1) < 0.01);
  });

  it("resumes in another process by the session's id", async () => {
    const { runtime, services, store } = begin();
    await ask("[[say:One.]]");
    const { claudeSessionId } = session.thread;
    await session.dispose();
    session = new ChatSession(services, await store.load(session.id), true);
    assert.equal(textOf(await ask("And now?")), "User messages seen: 2.");
    assert.equal(session.thread.claudeSessionId, claudeSessionId);
    assert.ok(runtime.started[1]?.includes("--resume"));
  });

  it("continues a full thread in a copy of its session", async () => {
    const { services, store } = begin();
    await ask("[[say:One.]]");
    const full = session;
    const next = randomUUID();
    session = new ChatSession(services, continuation(next, full.view().conversation, 0), false);
    assert.equal(textOf(await ask("And now?")), "User messages seen: 2.");
    assert.notEqual(session.thread.claudeSessionId, full.thread.claudeSessionId);
    assert.equal((await store.load(next)).messages.length, 2);
    await full.dispose();
  });

  it("begins afresh when the session is gone, and says so", async () => {
    const { runtime, home, services, store } = begin();
    await ask("[[say:One.]]");
    await session.dispose();
    const projects = join(home, ".claude/projects");
    for (const project of readdirSync(projects))
      rmSync(join(projects, project), { recursive: true });
    session = new ChatSession(services, await store.load(session.id), true);
    const message = await ask("And now? [[say:Afresh.]]");
    assert.equal(textOf(message), "Afresh.");
    assert.match(JSON.stringify(api.requests.at(-1)?.messages), /You said:.{2,6}One/);
    assert.deepEqual(
      message.parts.map(({ type }) => type),
      ["data-notice", "text"],
    );
    assert.equal(message.status, "complete");
    assert.deepEqual(
      runtime.started.map((argv) => argv.includes("--resume")),
      [false, true, false],
    );
    assert.equal(session.view().conversation.messages.length, 4);
  });

  it("stops a streaming answer and a running tool, keeps both, and goes on", async () => {
    begin();
    await say("[[slow:200:50]]");
    await until(() => textOf(lastMessage(session)).includes("word3"));
    session.stop();
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    assert.match(textOf(lastMessage(session)), /^word0 word1 word2 word3/);

    await say("[[bash:tail -f /dev/null]]");
    await until(() => tools(lastMessage(session).parts)[0]?.state === "input-available");
    session.stop();
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    assert.equal(tools(lastMessage(session).parts)[0]?.state, "output-error");
    assert.equal(textOf(await ask("[[say:Still here.]]")), "Still here.");
  });

  it("stops while Claude's API hangs", async () => {
    const { heard } = begin();
    await say("[[hang]]");
    await until(() =>
      api.requests.some(({ messages }) => JSON.stringify(messages).includes("[[hang]]")),
    );
    session.stop();
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    assert.equal(lastMessage(session).error, null);
    assert.deepEqual(
      heard.turns.map(({ phase }) => phase),
      ["working", "stopping", "idle"],
    );
  });

  it("does not let a user wait on a login that is refused", async () => {
    begin();
    // The CLI alone would try for three minutes, which is longer than a test may take.
    const message = await ask("[[err:401]]");
    assert.equal(message.error?.code, "notLoggedIn");
  });

  it("shows that it waits for an overloaded API, and its failure in the end", async () => {
    const { heard } = begin({ maxRetries: 1 });
    const message = await ask("[[err:529]]");
    assert.equal(message.error?.code, "overloaded");
    assert.match(message.error.detail ?? "", /529/);
    assert.ok(heard.turns.some((turn) => turn.phase === "working" && turn.note?.includes("of 1")));
  });

  it("says once what a cut stream had begun to say", async () => {
    begin();
    const message = await ask("[[cut:3:1]]");
    assert.equal(message.status, "complete");
    // Older ones ask again without streaming.
    const again = isBefore("2.1.330") ? "Not streamed." : "word0 word1 word2 word3 word4 ";
    assert.equal(textOf(message), again);
  });

  it("takes in what a background task says after the turn", async () => {
    const { runtime } = begin();
    const command = "until [ -e go ]; do sleep 0.1; done; echo late";
    const script = JSON.stringify({ command, run_in_background: true });
    await ask(`[[tool:Bash:${script}|say:It runs.]]`);
    writeFileSync(join(runtime.workspace, "go"), "");
    await until(() => session.view().conversation.messages.length > 2);
    await idle(session);
    const [, first, second] = session.view().conversation.messages;
    assert.equal(first && textOf(first), "It runs.");
    assert.equal(second?.role, "assistant");
    assert.equal(second.status, "complete");
  });

  it("takes a prompt of half a megabyte and gives an answer of two", async () => {
    begin();
    const prompt = "x".repeat(500_000);
    const message = await ask(`${prompt} [[long:2000000]]`);
    assert.equal(message.status, "complete");
    assert.ok(textOf(message).length >= 2_000_000);
    assert.ok(api.requests.some(({ messages }) => JSON.stringify(messages).includes(prompt)));
  });

  it("is probed: logged in by a token, and logged out without one", async () => {
    const { runtime, home } = begin();
    const options = { claudePath: "claude", env: {}, allowApiKey: false };
    const { version } = cli;
    assert.deepEqual(await probeSandbox(runtime, options), { state: "ready", version });
    const env = claudeEnvironment(home, api);
    delete env["CLAUDE_CODE_OAUTH_TOKEN"];
    const loggedOut = new LocalClaude(cli.path, runtime.workspace, env);
    assert.equal((await probeSandbox(loggedOut, options)).state, "loggedOut");
    const key = new LocalClaude(cli.path, runtime.workspace, {
      ...env,
      ANTHROPIC_API_KEY: "dummy",
    });
    assert.equal((await probeSandbox(key, options)).state, "apiKeyNotAllowed");
    assert.equal((await probeSandbox(key, { ...options, allowApiKey: true })).state, "ready");
  });
});
