import { readdir } from "node:fs/promises";
import path from "node:path";
import { seeded } from "../crash/random";
import { openStore } from "../support/openStore";
import { textMaker } from "./realisticText";
import { conversation } from "./storedThreads";

/**
 * Puts threads where the window has its own; it takes them in by itself, as another window's. A message
 * has so many bytes on average. The window must have stored something before.
 */
export async function storeThreads(
  userDataDir: string,
  threads: readonly { readonly id: string; readonly messages: number }[],
  average: number,
): Promise<void> {
  const storage = path.join(userDataDir, "User/workspaceStorage");
  const names = await readdir(storage, { recursive: true });
  const journal = names.find((name) => /sandbox-chat\.sandbox-chat\/threads\.journal/.test(name));
  if (journal === undefined) throw new Error(`There are no threads in ${storage}.`);
  const store = await openStore(path.join(storage, path.dirname(journal)));
  const random = seeded(5);
  const text = await textMaker(random);
  for (const { id, messages } of threads)
    await store.append(id, 0, [...conversation(id, messages, average, text, random)]);
  await store.close();
}
