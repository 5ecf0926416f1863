import { t } from "@vscode/l10n";

/** What it means for a file's threads that it is not there. `path` is as people are shown it. */
export const missingFile = (path: string): string =>
  t("{0} is not there at present. Its threads are kept, and go on when it is back.", path);
