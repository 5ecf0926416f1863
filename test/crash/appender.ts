/**
 * Appends so many messages to the threads of a folder, half of them to threads that others append to
 * as well, and writes the database file now and then. Then it prints what it sees for each line of its
 * stdin, and at the end of that closes the store.
 */
import { createInterface } from "node:readline";
import { setImmediate as breathe } from "node:timers/promises";
import { type Found, found, say } from "./facts";
import { between, seeded, textOfSize } from "./random";
import { program, ThreadWriter } from "./threadWriter";

program(async ([folder = "", wasm = "", name = "", messages = ""]) => {
  const random = seeded(Number.parseInt(name, 36));
  const writer = await ThreadWriter.open({ folder, wasm, name });
  for (let left = Number(messages); left > 0; left--) {
    const thread = random() < 0.5 ? `shared-${between(random, 0, 2)}` : `own-${name}`;
    await writer.add(thread, textOfSize(random, between(random, 1, 500)));
    if (random() < 0.02) await writer.reopen();
    await breathe();
  }
  const input = createInterface({ input: process.stdin });
  for await (const line of input) {
    if (line !== "") continue;
    const threads: Record<string, Found[]> = {};
    for (const { id } of await writer.store.list())
      threads[id] = (await writer.store.load(id)).messages.map(found);
    say({ type: "read", threads });
  }
  await writer.store.close();
});
