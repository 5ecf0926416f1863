/**
 * A thread at work as the extension runs it, until it is killed: a session on the store in its worker
 * thread, and the demo's Claude, who streams. It says what a panel would show.
 */
import { demo } from "../../src/sandbox/demo";
import { textOf } from "../../src/shared/thread";
import { say } from "./facts";
import { crashSessions } from "./sessions";
import { program } from "./threadWriter";

program(async ([folder = "", wasm = "", worker = "", claude = ""]) => {
  const sessions = crashSessions(
    { folder, wasm, worker },
    { sandbox: demo(claude, folder), mask: (text) => Promise.resolve(text) },
  );
  const session = sessions.createThread({ type: "workspace", id: "" });
  session.listen({
    changed: () => {
      for (const message of session.view().conversation.messages.slice(-2))
        say({
          type: "shown",
          thread: session.id,
          message: message.id,
          length: textOf(message).length,
          at: Date.now(),
        });
    },
    turn: () => {},
    unsaved: () => {},
    reset: () => {},
  });
  await session.send("Answer slowly, please.", 0);
});
