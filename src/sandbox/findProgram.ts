import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { t } from "@vscode/l10n";
import { delimiter, isAbsolute, join, relative, sep } from "node:path";
import { SettingError } from "./settingError";

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

/**
 * The whole path of a program of the user's settings; its name where there is none such, which then
 * cannot be started. Throws a `SettingError` for one that only the workspace has.
 */
export function usersProgram(program: string, hostWorkspace: string): string {
  const found = findProgram(program, hostWorkspace);
  if (found === undefined && findProgram(program) !== undefined)
    throw new SettingError(
      t(
        "The only “{0}” on the PATH is in this workspace, where Claude can write, so it is not run.",
        program,
      ),
    );
  return found ?? program;
}

/** Windows starts programs by these alone; what a shell would have to read is none. */
const withExtensions = (file: string): readonly string[] =>
  process.platform === "win32" && !/\.(exe|com)$/i.test(file)
    ? [`${file}.exe`, `${file}.com`]
    : [file];

function isIn(file: string, folder: string | undefined): boolean {
  if (folder === undefined) return false;
  const path = relative(realPath(folder), realPath(file));
  return path.split(sep)[0] !== ".." && !isAbsolute(path);
}

/** A folder that is not there has nothing in it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
