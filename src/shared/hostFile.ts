/** A file of the workspace that programs of its user's own machine run or obey, as it is told of in an answer. */
import { t } from "@vscode/l10n";
import { spelledOut } from "./invisible";
import { unlinked } from "./plain";

/** So much of a name is shown, in characters. */
const SHOWN = 120;

/** When it takes effect. */
export type Moment =
  | "anyFileChanges"
  | "build"
  | "commit"
  | "download"
  | "enter"
  | "git"
  | "install"
  | "open"
  | "push"
  | "start"
  | "test";

/** When a program runs it, for people. */
export function momentText(moment: Moment): string {
  switch (moment) {
    case "anyFileChanges":
      return t("as soon as any file changes");
    case "build":
      return t("when you build");
    case "commit":
      return t("when you commit, check out or merge");
    case "download":
      return t("when you fetch or push");
    case "enter":
      return t("when a terminal enters the folder");
    case "git":
      return t("when you use git");
    case "install":
      return t("when you install packages");
    case "open":
      return t("when you open or use the folder");
    case "push":
      return t("when you push");
    case "start":
      return t("when you start it in the folder");
    case "test":
      return t("when you test or check");
  }
}

/** What has changed of such a file. */
export interface HostFile {
  /** From the workspace's folder, with `/`. */
  readonly path: string;
  /** Which of git's settings, where it is a configuration of git's. */
  readonly keys?: readonly string[];
  readonly change: "added" | "changed" | "removed";
  /** The name of what runs it. */
  readonly program: string;
  readonly moment: Moment;
  /** What became of it, where it was not left as Claude made it. */
  readonly outcome?: HostFileOutcome;
  /** Nothing of ours shows it or puts it back, as a repository in another's place. */
  readonly final?: boolean;
}

/** `reverted`: put back within the turn. */
export type HostFileOutcome = "heldBack" | "kept" | "reverted" | "undone";

/** Its name in a notification: the path, and which of git's settings. Whoever made it chose both. */
export function hostFileName({ path, keys = [] }: HostFile): string {
  const plain = (text: string) => unlinked(spelledOut(shortened(text.replace(/\s/g, " "))));
  return keys.length > 0
    ? t("“{0}” ({1})", plain(path), plain(keys.join(", ")))
    : t("“{0}”", plain(path));
}

const shortened = (text: string): string =>
  text.length > SHOWN ? `${text.slice(0, SHOWN / 2)}…${text.slice(-SHOWN / 2)}` : text;
