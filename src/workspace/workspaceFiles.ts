import { randomUUID } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
export async function writeWorkspaceFile(
  folder: string,
  path: string,
  content: Uint8Array | undefined,
  options: { executable?: boolean } = {},
): Promise<void> {
  const file = join(folder, path);
  if (!content) return rm(file, { force: true });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, content);
  await chmod(temporary, options.executable ? 0o755 : 0o644);
  await rename(temporary, file);
}
