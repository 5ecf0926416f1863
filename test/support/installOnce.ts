/** Folders that are filled once and then only read. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Has `fill` fill the folder, where it is not there yet. It gets its name when it is whole, so a
 * filling that was broken off counts for nothing, and two at once both end well.
 */
export async function installOnce(
  folder: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  await removeBrokenOff(folder);
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

async function removeBrokenOff(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  for (const name of await readdir(parent).catch(() => [])) {
    const [of, pid] = name.split("~");
    if (of !== path.basename(folder) || pid === undefined || isRunning(Number(pid))) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
