import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ChatSessions } from "../../src/session/chatSessions";
import type { SessionServices } from "../../src/session/chatSession";
import { type Conversation, type Part, textOf } from "../../src/shared/thread";
import { claudeEnvironment, type ClaudeCli, installClaudeCli } from "../support/claudeCli";
import { LocalClaude } from "../support/localClaude";
import { MemoryThreadStore } from "../support/memoryThreadStore";
import { type MessagesApi, startMessagesApi } from "../support/messagesApi";
import { orSkip } from "../support/requirement";
import { idle, lastMessage, scriptedServices, until } from "../support/scriptedSession";
import { temporaryFolder } from "../support/temporaryFolder";

/** When something was done is known to the window that saw it, and to no other. */
const withoutTimes = (part: Part): Part =>
  Object.fromEntries(
    Object.entries(part).filter(([name]) => !["startedAt", "endedAt"].includes(name)),
  ) as Part;

/** A crash is played by a second window that knows only what was stored until then. */
describe("what Claude did after its window was gone", function () {
  const folder = temporaryFolder();
  let cli: ClaudeCli;
  let api: MessagesApi;
  let services: SessionServices;
  const windows: ChatSessions[] = [];

  before(async function () {
    cli = await orSkip(this, installClaudeCli());
    api = await startMessagesApi();
  });
  after(() => api.close());
  beforeEach(() => {
    const [home, workspace] = ["home", "workspace"].map((name) => join(folder(), name));
    assert.ok(home && workspace);
    for (const path of [home, workspace]) mkdirSync(path, { recursive: true });
    const runtime = new LocalClaude(cli.path, workspace, claudeEnvironment(home, api));
    const { services: scripted } = scriptedServices(folder(), []);
    services = { ...scripted, runtime: () => runtime, newId: randomUUID };
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.dispose();
  });

  function openWindow(stored: readonly Conversation[]): ChatSessions {
    const store = new MemoryThreadStore();
    for (const conversation of stored)
      store.conversations.set(conversation.thread.id, conversation);
    const window = new ChatSessions({ ...services, store }, () => {});
    windows.push(window);
    return window;
  }

  /** Asks Claude in one window, and opens the thread in another that knows what was stored at `when`. */
  async function crash(text: string, when: (said: string) => boolean, finish: boolean) {
    const first = openWindow([]).createThread({ type: "workspace", id: "" });
    const known = new Promise<Conversation>((resolve) => {
      const changed = () => {
        const { conversation } = first.view();
        const answer = conversation.messages.at(-1);
        const isAnswering = conversation.thread.claudeSessionId && answer?.status === "streaming";
        if (isAnswering && when(JSON.stringify(answer.parts))) resolve(conversation);
      };
      first.listen({ changed, turn: () => {}, unsaved: () => {}, reset: () => {} });
    });
    await first.send(text, 0);
    const then = await known;
    if (finish) await idle(first);
    const session = await openWindow([then]).open(first.id);
    assert.equal(lastMessage(session).error?.code, "interrupted");
    await session.recovered();
    return { first, session };
  }

  it("is recovered whole, once, and goes on from there", async () => {
    const { first, session } = await crash(
      "Say a lot, please. [[textbash:echo one|slow:20:20|say:The end.]]",
      (said) => said.includes("word2"),
      true,
    );
    const recovered = lastMessage(session);
    assert.equal(recovered.status, "complete");
    assert.equal(recovered.error, null);
    const notice = recovered.parts.at(-1);
    assert.match(notice?.type === "data-notice" ? notice.data.text : "", /recovered/);
    assert.deepEqual(
      recovered.parts.slice(0, -1).map(withoutTimes),
      lastMessage(first).parts.map(withoutTimes),
    );

    const again = await openWindow([session.view().conversation]).open(session.id);
    await again.recovered();
    assert.deepEqual(lastMessage(again), recovered);

    await first.dispose();
    await session.send("What was said? [[say:That.]]", 2);
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "That.");
    assert.match(JSON.stringify(api.requests.at(-1)?.messages), /The end\./);
  });

  it("is ended and recovered as far as it came, when Claude is still at it", async () => {
    const { first, session } = await crash(
      "[[bash:echo one|bash:echo two|bash:tail -f /dev/null|say:Never said.]]",
      (said) => said.includes('"one"'),
      false,
    );
    await until(() => first.turn.phase === "idle");
    const { status, error, parts } = lastMessage(session);
    assert.deepEqual([status, error?.code], ["failed", "interrupted"]);
    assert.ok(JSON.stringify(parts).includes("echo one"));
    assert.ok(!JSON.stringify(parts).includes("Never said"));
  });

  it("is nothing, where the window knew all of it", async () => {
    const { session } = await crash(
      "[[say:Hello.|say:x]]",
      (said) => said.includes("Hello."),
      true,
    );
    assert.deepEqual(
      [
        lastMessage(session).status,
        textOf(lastMessage(session)),
        lastMessage(session).parts.length,
      ],
      ["complete", "Hello.", 1],
    );
  });
});
