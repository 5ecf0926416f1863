/**
 * Somebody who types in a session as the extension runs it, until it is killed: one text, or message
 * after message, which a line of stdin each has it store as a draft, and then send. Claude cannot be
 * started, so that the turns are over at once.
 */
import { createInterface } from "node:readline";
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
  const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  for (let count = 1; ; count++) {
    await input.next();
    await drafts(session, `Message ${count}`);
    await input.next();
    await sends(session);
  }
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

async function drafts(session: ChatSession, text: string): Promise<void> {
  session.draft.write(text);
  await session.draft.save();
  say({ type: "typed", thread: session.id, text, stored: true });
}

async function sends(session: ChatSession): Promise<void> {
  await session.send(session.draft.text, session.view().conversation.messages.length);
  while (session.turn.phase !== "idle") await sleep(1);
  say({ type: "sent" });
}
