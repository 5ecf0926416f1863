/** Which settings in a configuration of git's have it run a program, or obey other files. */
import { GIT_RULES, type HostRule } from "./hostPrograms";

/** So many settings of a configuration are remembered, and so many characters of them. */
const SETTINGS = 1000;
const SETTINGS_LENGTH = 256 * 1024;

/** One line of a configuration: `key` as git lists it, and its place in the text. */
export interface GitSetting {
  readonly key: string;
  /** Undefined for a key without `=`, which is true. */
  readonly value: string | undefined;
  readonly from: number;
  readonly to: number;
}

type Setting = Pick<GitSetting, "key" | "value">;

/**
 * Keys, with `*` for whatever stands between their dots, and `**` for all of a section; and which values of
 * theirs count, else all.
 */
const DANGEROUS: readonly (readonly [
  key: string,
  counts?: (value: string, key: string) => boolean,
])[] = [
  ["core.fsmonitor", isNoBoolean],
  ["core.hookspath"],
  ["core.sshcommand"],
  ["core.editor"],
  ["core.pager"],
  ["core.askpass"],
  ["core.gitproxy"],
  ["core.worktree"],
  ["core.attributesfile"],
  ["core.alternaterefscommand"],
  ["include.path"],
  ["includeif.*.path"],
  // One without "!" may have an option that names a program.
  ["alias.*"],
  ["alias.*.command"],
  ["hook.*.command"],
  ["diff.external"],
  ["diff.*.command"],
  ["diff.*.textconv"],
  ["difftool.*.cmd"],
  ["difftool.*.path"],
  ["mergetool.*.cmd"],
  ["mergetool.*.path"],
  ["guitool.*.cmd"],
  ["browser.*.cmd"],
  ["browser.*.path"],
  ["man.*.cmd"],
  ["man.*.path"],
  ["instaweb.httpd"],
  ["filter.*.clean", isNotLfs],
  ["filter.*.smudge", isNotLfs],
  ["filter.*.process", isNotLfs],
  ["merge.*.driver"],
  ["credential.helper"],
  ["credential.*.helper"],
  ["gpg.program"],
  ["gpg.*.program"],
  ["gpg.ssh.defaultkeycommand"],
  ["sequence.editor"],
  ["interactive.difffilter"],
  ["pager.*", isNoBoolean],
  ["remote.*.uploadpack"],
  ["remote.*.receivepack"],
  ["remote.*.vcs"],
  ["remote.*.url", isNoServer],
  ["remote.*.pushurl", isNoServer],
  ["remote.*.proxy"],
  ["submodule.*.url", isNoServer],
  ["submodule.*.update", (value) => value.startsWith("!")],
  // Whoever has this has what is pushed, or runs what a repository of theirs has for a hook.
  ["url.*.insteadof"],
  ["url.*.pushinsteadof"],
  ["http.**", isNoLimit],
  ["protocol.*"],
  ["protocol.*.allow"],
  ["extensions.worktreeconfig"],
  ["uploadpack.packobjectshook"],
  ["gc.recentobjectshook"],
  ["init.templatedir"],
  ["trailer.*.cmd"],
  ["trailer.*.command"],
  ["tar.*.command"],
  ["sendemail.**"],
  ["imap.**"],
  ["lfs.customtransfer.*.path"],
  ["lfs.extension.*.clean"],
  ["lfs.extension.*.smudge"],
];

function isNoBoolean(value: string): boolean {
  return !/^(true|false|yes|no|on|off|\d*)$/i.test(value);
}

/** Git LFS, as it writes itself into a configuration; it is run from the PATH. */
function isNotLfs(value: string): boolean {
  return !/^git-lfs (clean|smudge|filter-process)( --skip)?( -- %f)?$/.test(value);
}

/**
 * Whether a URL leads to something else than a server: `ext::` is a program, so is a helper of another
 * name, and a path may be that of a repository whose hooks are run by whoever pushes to it.
 */
function isNoServer(value: string): boolean {
  return !/^((https?|ssh|git|git\+ssh):\/\/[^-]|[\w.-]+@[\w.-]+:(?!-))/.test(value);
}

/** Whether it says where connections lead, whom they trust or what they write, and not how large they are. */
function isNoLimit(_: string, key: string): boolean {
  return !/\.(postbuffer|lowspeedlimit|lowspeedtime|version|maxrequests|minsessions)$/.test(key);
}

const sectionOf = (key: string): string => key.slice(0, Math.max(key.indexOf("."), 0));

const DANGEROUS_OF = new Map<string, (typeof DANGEROUS)[number][]>();
for (const one of DANGEROUS) {
  const section = sectionOf(one[0]);
  DANGEROUS_OF.set(section, [...(DANGEROUS_OF.get(section) ?? []), one]);
}

/** Whether git runs a program for it, or reads other files that may say so. */
export function isDangerous({ key, value = "true" }: GitSetting): boolean {
  const rules = DANGEROUS_OF.get(sectionOf(key)) ?? [];
  return rules.some(([pattern, counts]) => fits(key, pattern) && (counts?.(value, key) ?? true));
}

/** What takes effect of a setting, and when. */
export const ruleOfKey = (key: string): HostRule =>
  key === "core.fsmonitor" ? GIT_RULES.fsmonitor : GIT_RULES.config;

/** A subsection is all between the first dot and the last, with whatever is in it. */
function fits(key: string, pattern: string): boolean {
  if (pattern.endsWith("**")) return key.startsWith(pattern.slice(0, -2));
  const star = pattern.indexOf("*");
  if (star < 0) return key === pattern;
  const [begin, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const between = key.slice(begin.length, key.length - end.length);
  return (
    key.length > begin.length + end.length &&
    key.startsWith(begin) &&
    key.endsWith(end) &&
    // The last name has no dot: `alias.*` is not `alias.x.y`.
    (end !== "" || !between.includes("."))
  );
}

const SPACE = /[ \t\n\r]/;
const KEY = /[a-z0-9-]/i;

/**
 * The settings in a configuration, by git's own grammar. Where git would give up, this goes on with the
 * next line: it must not see less than git does. `text` is of bytes ("latin1"), so offsets are bytes.
 */
export function parseGitConfig(text: string): readonly GitSetting[] {
  const settings: GitSetting[] = [];
  let section = "";
  let at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  const skipLine = () => {
    const end = text.indexOf("\n", at);
    at = end < 0 ? text.length : end + 1;
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (SPACE.test(char)) at++;
    else if (char === "#" || char === ";") skipLine();
    else if (char === "[") {
      const header = parseHeader(text, at + 1);
      if (header) [section, at] = [header.section, header.end];
      else skipLine();
    } else if (KEY.test(char)) {
      const from = at;
      while (at < text.length && KEY.test(text.charAt(at))) at++;
      const name = text.slice(from, at).toLowerCase();
      while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
      const hasValue = text.charAt(at) === "=";
      const parsed = hasValue ? parseValue(text, at + 1) : undefined;
      if (parsed) at = parsed.end;
      else skipLine();
      const key = section === "" ? name : `${section}.${name}`;
      settings.push({ key, value: parsed?.value, from, to: at });
    } else skipLine();
  }
  return settings;
}

/** A header from behind its bracket, `[core]`, `[remote "origin"]` or `[diff.x]`; undefined for none. */
function parseHeader(text: string, from: number): { section: string; end: number } | undefined {
  let at = from;
  while (/[a-z0-9.-]/i.test(text.charAt(at))) at++;
  const section = text.slice(from, at).toLowerCase();
  if (text.charAt(at) === "]") return { section, end: at + 1 };
  const space = at;
  while (SPACE.test(text.charAt(at)) && text.charAt(at) !== "\n") at++;
  if (at === space || text.charAt(at) !== '"') return undefined;
  let name = "";
  for (at++; at < text.length; at++) {
    let char = text.charAt(at);
    if (char === "\n") return undefined;
    if (char === '"')
      return text.charAt(at + 1) === "]"
        ? { section: `${section}.${decoded(name)}`, end: at + 2 }
        : undefined;
    if (char === "\\") char = text.charAt(++at);
    name += char;
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", b: "\b", n: "\n" };

/** A value from behind its `=`, to the end of its line, which a backslash may continue. */
function parseValue(text: string, from: number): { value: string; end: number } {
  let value = "";
  let spaces = "";
  let quoted = false;
  let comment = false;
  let at = from;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\n") {
      at++;
      break;
    }
    if (comment) continue;
    if (SPACE.test(char) && !quoted) {
      if (value !== "") spaces += char;
    } else if ((char === "#" || char === ";") && !quoted) comment = true;
    else {
      value += spaces;
      spaces = "";
      if (char === '"') quoted = !quoted;
      else if (char !== "\\") value += char;
      else {
        let next = text.charAt(++at);
        if (next === "\r" && text.charAt(at + 1) === "\n") next = text.charAt(++at);
        if (next !== "\n") value += ESCAPES[next] ?? next;
      }
    }
  }
  // To git a text ends at its first NUL.
  return { value: decoded(value.replace(/\0.*$/s, "")), end: at };
}

const decoded = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");
const encoded = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** The dangerous settings of a configuration, in their order. */
export const dangerousSettings = (text: string): readonly GitSetting[] =>
  parseGitConfig(text).filter(isDangerous);

/**
 * A configuration in which just these settings are dangerous, and all else is as it was: others are cut
 * out, and those that are missing are added at its end.
 */
export function withDangerous(text: string, wanted: readonly Setting[]): string {
  const missing = new Map<string, Setting[]>();
  for (const setting of wanted) {
    const same = missing.get(identityOf(setting)) ?? [];
    missing.set(identityOf(setting), [...same, setting]);
  }
  const kept: string[] = [];
  let end = 0;
  for (const setting of dangerousSettings(text)) {
    if (missing.get(identityOf(setting))?.pop()) continue;
    kept.push(text.slice(end, setting.from).replace(/(?<=^|\n)[ \t]+$/, ""));
    end = setting.to;
  }
  kept.push(text.slice(end));
  const cut = kept.join("");
  const added = [...missing.values()].flat().map(written);
  const gap = added.length === 0 || cut === "" || cut.endsWith("\n") ? "" : "\n";
  return [cut, gap, ...added].join("");
}

/** A configuration in which these dangerous settings are others; those that are in neither stay. */
export function replaceSettings(
  text: string,
  settings: readonly Setting[],
  others: readonly Setting[],
): string {
  const replaced = new Set(settings.map(identityOf));
  const kept = dangerousSettings(text).filter((setting) => !replaced.has(identityOf(setting)));
  return withDangerous(text, [...kept, ...others]);
}

/** Of settings that others could make any number of, the last that are not too many or too long. */
export function lastSettings(settings: readonly GitSetting[]): readonly GitSetting[] {
  let left = SETTINGS_LENGTH;
  const fits = ({ key, value = "" }: GitSetting) => (left -= key.length + value.length) >= 0;
  return settings.slice(-SETTINGS).reverse().filter(fits).reverse();
}

/** With the settings of both, where an entry has been another before. */
export function withSettingsOf<Entry extends { readonly settings?: readonly GitSetting[] }>(
  earlier: Entry | undefined,
  entry: Entry,
): Entry {
  if (!earlier?.settings || !entry.settings) return entry;
  const now = new Set(entry.settings.map(identityOf));
  const gone = earlier.settings.filter((setting) => !now.has(identityOf(setting)));
  return { ...entry, settings: [...gone, ...entry.settings] };
}

/** The same for settings of one key and one value. */
export const identityOf = ({ key, value }: Setting): string => JSON.stringify([key, value ?? null]);

/** A setting as git writes it, in a section of its own. */
function written({ key, value }: Setting): string {
  const [dot, last] = [key.indexOf("."), key.lastIndexOf(".")];
  const quoted = (text: string) => `"${encoded(text).replace(/["\\]/g, "\\$&")}"`;
  const subsection = dot === last ? "" : ` ${quoted(key.slice(dot + 1, last))}`;
  const header = `[${key.slice(0, dot)}${subsection}]`;
  const line = value === undefined ? "" : ` = ${quoted(value).replaceAll("\n", "\\n")}`;
  return `${header}\n\t${key.slice(last + 1)}${line}\n`;
}
