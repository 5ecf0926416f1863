/** What of that which this machine runs differs between two looks at a workspace. */
import { createHash } from "node:crypto";
import type { HostFile } from "../shared/hostFile";
import { type GitSetting, ruleOfKey } from "./gitConfig";
import { GIT_RULES, type HostRule } from "./hostPrograms";
import type { HostEntry, HostSnapshot } from "./hostLook";

/** So many keys of a configuration's settings are told, and so much of each, in characters. */
const KEYS = 100;
const KEY_LENGTH = 200;

export interface HostChanges {
  /** What no diff shows, or what runs unasked. */
  readonly files: readonly HostFile[];
  /** The paths of what ordinary work changes, and what runs when its user builds or tests. */
  readonly usual: readonly string[];
}

/** What is kept of a look, without any content, in which there may be secrets. */
export interface RememberedEntry extends Pick<HostRule, "program" | "moment" | "kind"> {
  readonly print: string;
  /** Of a configuration of git's, the hashes of its dangerous settings: a token may be in a key, too. */
  readonly settings?: readonly string[];
}
export type Remembered = Readonly<Record<string, RememberedEntry>>;

export const remembered = (snapshot: HostSnapshot): Remembered =>
  Object.fromEntries([...snapshot].map(([path, entry]) => [path, rememberedEntry(entry)]));

const rememberedEntry = ({ print, rule, settings }: HostEntry): RememberedEntry => ({
  print,
  program: rule.program,
  moment: rule.moment,
  kind: rule.kind,
  ...(settings && { settings: settings.map(hashOf) }),
});

const hashOf = ({ key, value }: GitSetting): string =>
  createHash("sha256")
    .update(JSON.stringify([key, value ?? null]))
    .digest("base64url");

/** What has changed since a look. */
export function hostChanges(before: Remembered, now: HostSnapshot): HostChanges {
  const files: HostFile[] = [];
  const usual: string[] = [];
  for (const [path, entry] of now) {
    const known = Object.hasOwn(before, path) ? before[path] : undefined;
    if (known?.print === entry.print) continue;
    const change = known ? "changed" : "added";
    const { program, moment, kind } = entry.rule;
    if (kind === "usual") usual.push(path);
    else if (!entry.settings)
      files.push({ path, change, program, moment, ...(isFinal(entry, known) && { final: true }) });
    else {
      const keys = keysSince(known, entry.settings);
      // Who only takes such a setting out of a configuration does no harm.
      if (keys.length > 0) files.push(changedSettings(path, keys, change));
    }
  }
  for (const [path, { program, moment, kind, settings }] of Object.entries(before)) {
    if (now.has(path) || settings) continue;
    if (kind === "usual") usual.push(path);
    else files.push({ path, change: "removed", program, moment });
  }
  return { files: files.sort(byPath), usual: usual.sort() };
}

/** Whether neither side of it is known, or it is more than a file. */
const isFinal = (
  { rule, content, print }: HostEntry,
  known: RememberedEntry | undefined,
): boolean =>
  !content && !print.startsWith("link:") && (rule === GIT_RULES.repository || known !== undefined);

const byPath = (one: HostFile, other: HostFile): number => (one.path < other.path ? -1 : 1);

function keysSince(
  known: RememberedEntry | undefined,
  settings: readonly GitSetting[],
): readonly string[] {
  const same = new Set(knownSettings(known, settings));
  return [...new Set(settings.filter((one) => !same.has(one)).map(({ key }) => key))];
}

/** Those of the settings that were there at an earlier look. */
export const knownSettings = (
  known: RememberedEntry | undefined,
  settings: readonly GitSetting[],
): readonly GitSetting[] => {
  const hashes = new Set(known?.settings);
  return settings.filter((setting) => hashes.has(hashOf(setting)));
};

/** Settings in a configuration of git's that are not as they were. */
export function changedSettings(
  path: string,
  keys: readonly string[],
  change: HostFile["change"],
): HostFile {
  const rules = keys.map(ruleOfKey);
  const { program, moment } = rules.includes(GIT_RULES.fsmonitor)
    ? GIT_RULES.fsmonitor
    : GIT_RULES.config;
  return { path, keys: shownKeys(keys), change, program, moment };
}

/** Some of the keys, and some of each. */
const shownKeys = (keys: readonly string[]): readonly string[] =>
  keys
    .slice(0, KEYS)
    .map((key) => (key.length > KEY_LENGTH ? `${key.slice(0, KEY_LENGTH)}…` : key));
