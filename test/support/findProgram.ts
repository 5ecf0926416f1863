/** Looks for a program on this machine. */
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** The first that can be run: of the names, each on PATH, and then of the whole paths. */
export function findProgram(...namesAndPaths: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return namesAndPaths
    .flatMap((name) =>
      path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name)),
    )
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
