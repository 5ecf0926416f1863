/** Databases of threads of several sizes, made once by the real store and kept in the cache. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Message, Part, ThreadEvent } from "../../src/shared/thread";
import { between, seeded, type Random } from "../crash/random";
import { added, emptyConversation, message } from "../support/conversations";
import { installOnce } from "../support/installOnce";
import { openStore } from "../support/openStore";
import { cache, out, root } from "../support/paths";
import { textMaker, type TextMaker } from "./realisticText";

interface Size {
  readonly threads: number;
  readonly messages: number;
  /** In bytes of text, on average. */
  readonly message: number;
}

/** Named for the size of the file, in megabytes. */
const sizes = {
  1: { threads: 10, messages: 300, message: 930 },
  10: { threads: 20, messages: 2_000, message: 1930 },
  50: { threads: 100, messages: 10_000, message: 2170 },
  100: { threads: 200, messages: 20_000, message: 2150 },
  300: { threads: 10_000, messages: 100_000, message: 1130 },
  1000: { threads: 2_000, messages: 200_000, message: 2150 },
} satisfies Record<number, Size>;

export type Megabytes = keyof typeof sizes;

/** One in so many threads is as long as a thread may be. */
const LONG = { oneIn: 20, messages: 200 };

/** The id of a thread of 200 messages, in each of the databases. */
export const longThread = "thread-0";

/** What the content of the databases comes from. */
const makers = [
  "src/store/schema.ts",
  "src/store/search.ts",
  "src/store/words.ts",
  "test/bench/realisticText.ts",
  "test/bench/storedThreads.ts",
];

/** The path of a `threads.db` of about so many megabytes, which is only to be read. */
export async function storedThreads(megabytes: Megabytes): Promise<string> {
  const hash = createHash("sha256");
  for (const name of makers) hash.update(await readFile(path.join(root, name)));
  const version = hash.digest("hex").slice(0, 12);
  const bench = path.join(cache, "bench");
  const folder = path.join(bench, `${version}-${megabytes}`);
  await installOnce(folder, (aside) => make(sizes[megabytes], megabytes, aside));
  for (const name of await readdir(bench))
    if (!name.startsWith(version)) await rm(path.join(bench, name), { recursive: true });
  return path.join(folder, "threads.db");
}

/** A folder of its own with a copy of that database. The caller removes it. */
export async function copyOfThreads(megabytes: Megabytes, name: string): Promise<string> {
  const folder = path.join(out, `bench-${process.pid}`, name);
  await mkdir(folder, { recursive: true });
  await copyFile(await storedThreads(megabytes), path.join(folder, "threads.db"));
  return folder;
}

async function make(size: Size, seed: number, folder: string): Promise<void> {
  process.stderr.write(`  Making ${seed} MB of threads for the bench (once) ...\n`);
  const random = seeded(seed);
  const text = await textMaker(random);
  const store = await openStore(folder);
  const long = Math.ceil(size.threads / LONG.oneIn);
  const rest = (size.messages - long * LONG.messages) / (size.threads - long);
  for (let index = 0; index < size.threads; index++) {
    const id = `thread-${index}`;
    const messages = index % LONG.oneIn === 0 ? LONG.messages : Math.round(rest);
    await store.append(id, 0, [...conversation(id, messages, size.message, text, random)]);
  }
  await store.close();
  for (const name of await readdir(folder))
    if (name !== "threads.db") await rm(path.join(folder, name));
}

/** A thread, whose id is "thread-" and a number, with so many messages of so many bytes on average. */
export function* conversation(
  id: string,
  messages: number,
  average: number,
  text: TextMaker,
  random: Random,
): Generator<ThreadEvent> {
  const { thread } = emptyConversation(id);
  const title = text.prose(30).slice(0, 60);
  yield { type: "threadCreated", thread: { ...thread, title, createdAt: Number(id.slice(7)) } };
  for (let seq = 0; seq < messages; seq++) {
    const asks = seq % 2 === 0;
    // Many are short and few are very long.
    const length = average * (asks ? 0.1 : 1.9) * -Math.log(1 - random());
    const parts = asks ? [said(text.prose(length))] : answer(length, text, random);
    const role: Message["role"] = asks ? "user" : "assistant";
    yield added({ ...message(`${id}-${seq}`, seq, role, parts, id), status: "complete" });
  }
}

const said = (text: string): Part => ({ type: "text", id: "text", text, state: "done" });

function answer(length: number, text: TextMaker, random: Random): readonly Part[] {
  const toolCallId = `toolu_${between(random, 0, 2 ** 32).toString(36)}`;
  return [
    { type: "reasoning", id: "reasoning", text: text.prose(length * 0.1), state: "done" },
    {
      type: "dynamic-tool",
      id: toolCallId,
      toolName: "Bash",
      toolCallId,
      state: "output-available",
      input: { command: `grep -rn ${text.prose(1).split(" ")[0] ?? ""} src` },
      output: text.output(length * 0.45),
    },
    said(`${text.prose(length * 0.25)}\n\n\`\`\`ts\n${text.code(length * 0.2)}\n\`\`\`\n`),
  ];
}
