/**
 * Works on the threads of a folder until it is killed: questions small and large, answers that grow,
 * new threads, threads that others write to as well, and a database file that is written all the time.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { textPart } from "../support/conversations";
import { hashOf } from "./facts";
import { between, type Random, seeded, textOfSize } from "./random";
import { program, ThreadWriter } from "./threadWriter";

program(async ([folder = "", wasm = "", name = "", seed = ""]) => {
  const random = seeded(Number(seed));
  const writer = await ThreadWriter.open({ folder, wasm, name });
  // Some writers fill the journal, others close the store often: both write the database file.
  const [large, closing] = random() < 0.1 ? [0.8, 0.02] : [0.01, random() * 0.1];
  const size = () =>
    random() < large ? between(random, 100_000, 1_000_000) : between(random, 1, 4000);
  for (;;) {
    const what = random();
    if (what < closing) await writer.reopen();
    else if (what < 0.4)
      await writer.add(`shared-${between(random, 0, 3)}`, textOfSize(random, size()));
    else if (what < 0.6) await answerSlowly(writer, random);
    else await writer.add(`${name}-thread-${between(random, 0, 4)}`, textOfSize(random, size()));
    await breathe();
  }
});

/** A new thread, whose answer is stored again and again while it grows, and then ends. */
async function answerSlowly(writer: ThreadWriter, random: Random): Promise<void> {
  const { thread, answer } = await writer.begin(textOfSize(random, 100));
  let text = "";
  for (let steps = between(random, 1, 12); steps > 0; steps--) {
    text += textOfSize(random, between(random, 10, 3000));
    const fact = { thread, message: answer, hash: hashOf(text) };
    await writer.append(
      thread,
      null,
      [{ type: "partSet", message: answer, part: textPart(text) }],
      [fact],
    );
  }
  await writer.append(
    thread,
    null,
    [
      {
        type: "messageEnded",
        message: answer,
        at: Date.now(),
        status: "complete",
        usage: null,
        error: null,
      },
    ],
    [{ thread, message: answer, hash: hashOf(text) }],
  );
}
