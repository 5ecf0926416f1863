/**
 * Somebody who types in a session as the extension runs it, until it is killed: a text without end,
 * or message after message, each stored as a draft before it is sent. Claude cannot be started, so
 * that the turns are over at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { demo } from "../../src/sandbox/demo";
import type { Sandbox } from "../../src/sandbox/sandbox";
import type { ChatSession } from "../../src/session/chatSession";
import { maskText } from "../../src/session/secrets";
import { say } from "./facts";
import { crashSessions } from "./sessions";
import { program } from "./threadWriter";

program(async ([folder = "", wasm = "", worker = "", what = ""]) => {
  const sandbox: Sandbox = {
    ...demo("", folder),
    exec: () => {
      throw new Error("There is no sandbox.");
    },
  };
  const sessions = crashSessions({ folder, wasm, worker }, { sandbox, mask: maskText });
  const session = sessions.createThread({ type: "file", id: "a.ts" });
  if (what !== "sends") await types(session, what);
  for (let count = 1; ; count++) await sends(session, `Message ${count}`);
});

/** Types a text by its characters, and then rests. */
async function types(session: ChatSession, text: string): Promise<never> {
  for (let end = 1; end <= text.length; end++) {
    session.draft.write(text.slice(0, end));
    await sleep(20);
  }
  say({ type: "typed", thread: session.id, text, stored: false });
  await sleep(60_000);
  throw new Error("Nobody has killed it.");
}

async function sends(session: ChatSession, text: string): Promise<void> {
  session.draft.write(text);
  await session.draft.save();
  say({ type: "typed", thread: session.id, text, stored: true });
  // As long as the sending takes, so that it is killed before as often as behind.
  await sleep(20);
  await session.send(text, session.view().conversation.messages.length);
  while (session.turn.phase !== "idle") await sleep(1);
}
