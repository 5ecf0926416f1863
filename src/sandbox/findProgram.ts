import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, relative, sep } from "node:path";

/**
 * The absolute path of a program: of one that is named by its path, or of one on the PATH. Undefined
 * where there is none. Neither a path nor an entry of the PATH counts that begins in the current folder,
 * which may be a workspace, nor what is in the folder `except`, to which Claude can write.
 */
export function findProgram(program: string, except?: string): string | undefined {
  const folders = /[\\/]/.test(program) ? [""] : (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) => withExtensions(folder ? join(folder, program) : program))
    .find((file) => isAbsolute(file) && isExecutable(file) && !isIn(file, except));
}

/** Windows starts programs by these alone; what a shell would have to read is none. */
const withExtensions = (file: string): readonly string[] =>
  process.platform === "win32" && !/\.(exe|com)$/i.test(file)
    ? [`${file}.exe`, `${file}.com`]
    : [file];

function isIn(file: string, folder: string | undefined): boolean {
  if (folder === undefined) return false;
  const path = relative(realpathSync(folder), realpathSync(file));
  return path.split(sep)[0] !== ".." && !isAbsolute(path);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
