/** Folders that are filled once and then only read. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Has `fill` fill the folder, where it is not there yet. It gets its name when it is whole, so a
 * filling that was broken off counts for nothing. While another process fills it, this one waits.
 */
export async function installOnce(
  folder: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  while (!existsSync(folder) && (await isBeingFilled(folder))) await sleep(500);
  if (existsSync(folder)) return;
  const aside = `${folder}~${process.pid}`;
  await mkdir(aside, { recursive: true });
  try {
    await fill(aside);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  await rename(aside, folder).catch(async (error: unknown) => {
    await rm(aside, { recursive: true });
    if (!existsSync(folder)) throw error;
  });
}

/** Whether another process is at it. What was broken off is removed. */
async function isBeingFilled(folder: string): Promise<boolean> {
  const parent = path.dirname(folder);
  let filling = false;
  for (const name of await readdir(parent).catch(() => [])) {
    const [of, pid] = name.split("~");
    if (of !== path.basename(folder) || pid === undefined) continue;
    if (isRunning(Number(pid))) filling = true;
    else await rm(path.join(parent, name), { recursive: true, force: true });
  }
  return filling;
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
