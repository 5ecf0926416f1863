/**
 * What it costs to make a message of 2 KB durable, in databases of several sizes: with the store, with
 * native SQLite, and by writing everything anew as one JSON file.
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Conversation, Message } from "../../src/shared/thread";
import { replaceFile } from "../../src/store/databaseFile";
import type { ThreadStore } from "../../src/store/threadStore";
import { seeded } from "../crash/random";
import { added, message } from "../support/conversations";
import { openStore } from "../support/openStore";
import { Unavailable } from "../support/requirement";
import { installBetterSqlite, type NativeThreads } from "./betterSqlite";
import { median, type Figure, type Findings } from "./figures";
import { textMaker } from "./realisticText";
import { copyOfThreads, longThread, type Megabytes } from "./storedThreads";

const SIZES = [1, 10, 100, 300] as const satisfies readonly Megabytes[];
const ROUNDS = 200;
/** In bytes. */
const MESSAGE = 2000;
/** How often everything is written as JSON, for so many megabytes in all. */
const JSON_MEGABYTES = 300;

type Times = Map<Megabytes, number[]>;

export async function storeAppend(): Promise<Findings> {
  const messages = await messagesToAppend();
  const native = await orReason(installBetterSqlite());
  const store: Times = new Map();
  const sqlite: Times = new Map();
  const json: Times = new Map();
  const opened: { size: Megabytes; store: ThreadStore; native: NativeThreads | undefined }[] = [];
  const folders: string[] = [];
  for (const size of SIZES) {
    const ours = await copyOfThreads(size, `store-${size}`);
    const theirs = await copyOfThreads(size, `native-${size}`);
    folders.push(ours, theirs);
    opened.push({
      size,
      store: await openStore(ours),
      native: typeof native === "string" ? undefined : native(path.join(theirs, "threads.db")),
    });
  }
  // By turns, so that all sizes have the same disk. The first round, which warms up, does not count.
  for (const [round, message] of messages.entries())
    for (const { size, ...by } of opened) {
      await timed(round > 0 && store, size, () =>
        by.store.append(longThread, message.seq, [added(message)]),
      );
      if (by.native) await timed(round > 0 && sqlite, size, () => by.native?.append(message));
    }
  for (const { size, ...by } of opened) {
    by.native?.close();
    const threads = await everything(by.store);
    const file = path.join(folders[0] ?? "", `${size}.json`);
    for (let written = 0; written < JSON_MEGABYTES; written += Math.max(size, 20))
      await timed(json, size, () => replaceFile(file, Buffer.from(JSON.stringify(threads))));
    await rm(file, { force: true });
    await by.store.close();
  }
  for (const folder of folders) await rm(folder, { recursive: true });
  return {
    figures: [
      ...column("the store", store, 1.3),
      ...(typeof native === "string" ? [] : column("better-sqlite3 (WAL, FULL)", sqlite)),
      ...column("all as one JSON file", json),
    ],
    details: typeof native === "string" ? [`better-sqlite3: skipped, ${native}`] : [],
  };
}

/** They go on in the thread of 200 messages. */
async function messagesToAppend(): Promise<Message[]> {
  const text = await textMaker(seeded(2));
  return Array.from({ length: ROUNDS + 1 }, (_, round) => {
    const part = { type: "text", id: "text", text: text.prose(MESSAGE).slice(0, MESSAGE) } as const;
    return message(`bench-${round}`, 200 + round, "user", [part], longThread);
  });
}

async function everything(store: ThreadStore): Promise<Conversation[]> {
  const threads: Conversation[] = [];
  for (const { id } of await store.list()) threads.push(await store.load(id));
  return threads;
}

async function timed(
  times: Times | false,
  size: Megabytes,
  work: () => void | Promise<void>,
): Promise<void> {
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  if (times) times.set(size, [...(times.get(size) ?? []), took]);
}

function column(name: string, times: Times, atMost?: number): Figure[] {
  const medians = [...times].map(([size, all]) => ({ size, value: median(all) }));
  const ratio = (medians.at(-1)?.value ?? NaN) / (medians[0]?.value ?? NaN);
  return [
    ...medians.map(({ size, value }) => ({
      name: `${name}, at ${size} MB`,
      value,
      unit: "ms" as const,
    })),
    {
      name: `${name}, the largest against the smallest`,
      value: ratio,
      unit: "×",
      ...(atMost !== undefined && { atMost }),
    },
  ];
}

async function orReason<T>(promised: Promise<T>): Promise<T | string> {
  try {
    return await promised;
  } catch (error) {
    if (error instanceof Unavailable) return error.message;
    throw error;
  }
}
