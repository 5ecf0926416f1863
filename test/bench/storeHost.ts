/** What threads cost the extension host: how long its own thread is held up, and memory. */
import { rm } from "node:fs/promises";
import { runOrThrow } from "../support/run";
import type { Figure, Findings } from "./figures";
import type { HostFindings } from "./storeHostProgram";
import { storePrograms } from "./storePrograms";
import { copyOfThreads } from "./storedThreads";

export async function storeHost(): Promise<Findings> {
  const programs = await storePrograms();
  const { program, wasm, host } = programs;
  const figures: Figure[] = [];
  for (const size of [50, 300] as const) {
    const folder = await copyOfThreads(size, `host-${size}`);
    const printed = await runOrThrow(process.execPath, [host, folder, program, wasm]);
    const { stall, checkpoint, append, rss } = JSON.parse(printed) as HostFindings;
    const ms = { unit: "ms" } as const;
    const mb = { unit: "MB" } as const;
    figures.push(
      { name: `${size} MB: the host held up by a checkpoint`, value: stall, ...ms, atMost: 50 },
      { name: `${size} MB: the checkpoint`, value: checkpoint, ...ms },
      { name: `${size} MB: a commit that comes during it`, value: append, ...ms },
      { name: `${size} MB: memory before`, value: rss.before / 1e6, ...mb },
      { name: `${size} MB: memory with the threads open`, value: rss.open / 1e6, ...mb },
      { name: `${size} MB: memory after a checkpoint`, value: rss.after / 1e6, ...mb },
      { name: `${size} MB: the most memory`, value: rss.most / 1e6, ...mb },
    );
    await rm(folder, { recursive: true });
  }
  await programs.remove();
  return { figures };
}
