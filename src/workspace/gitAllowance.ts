/** What git may have of a workspace while turns run, and what of a look it may not. */
import { type GitSetting, identityOf, replaceSettings } from "./gitConfig";
import { GIT, type HostEntry, type HostSnapshot, type Lead } from "./hostLook";
import { GIT_RULES } from "./hostPrograms";
import type { GitSnapshot } from "./hostSnapshot";

/** What is run or obeyed, whatever else it is. */
const RUN = new Set([GIT_RULES.hook, GIT_RULES.config, GIT_RULES.commonDirectory]);

export class GitAllowance {
  #entries = new Map<string, HostEntry>();

  get(path: string): HostEntry | undefined {
    return this.#entries.get(path);
  }

  get entries(): Iterable<HostEntry> {
    return this.#entries.values();
  }

  /** From now on all may be there as it is in this look, and nothing else. */
  reset(snapshot: HostSnapshot): void {
    this.#entries = new Map([...snapshot].filter(([, { rule }]) => GIT.has(rule)));
  }

  /** A file may be as it is here, and not otherwise; undefined for not at all. */
  set(path: string, entry: HostEntry | undefined): void {
    if (entry && GIT.has(entry.rule)) this.#entries.set(path, entry);
    else this.#entries.delete(path);
  }

  /** What is in repositories that were not known may be there, unless those that were lead there as well. */
  add(found: GitSnapshot, known: GitSnapshot): void {
    for (const [path, entry] of found.entries)
      if (!known.entries.has(path) && !this.#entries.has(path)) this.#entries.set(path, entry);
  }

  /** Does something that allows more. What git comes to by that alone may be as it is in this look. */
  extend(look: GitSnapshot, allow: () => void): void {
    const before = this.#reached(look);
    allow();
    for (const path of this.#reached(look))
      if (!before.has(path) && !this.#entries.has(path)) this.set(path, look.entries.get(path));
  }

  /**
   * What is to be taken back. Where git comes to a file only by something new, that is what goes: the file
   * may have been there all along. `isSpared` are files that are left alone for now.
   */
  violations(look: GitSnapshot, isSpared: (path: string) => boolean): ReadonlySet<HostEntry> {
    const forbidden = [...look.entries.values()].filter((entry) => this.#isForbidden(entry));
    if (forbidden.length === 0) return new Set();
    const reached = this.#reached(look);
    const wanted = new Set(forbidden.filter(({ path }) => reached.has(path)));
    const beyond = forbidden.filter(({ path }) => !reached.has(path));
    const ways = beyond.length > 0 ? look.leads : [];
    for (const { from, to } of ways) {
      const pointer = from !== undefined && reached.has(from) ? look.entries.get(from) : undefined;
      if (!pointer || reached.has(to) || wanted.has(pointer)) continue;
      const led = reachable(look.leads, [to], () => true);
      if (beyond.some(({ path }) => led.has(path))) wanted.add(pointer);
    }
    for (const entry of wanted) if (isSpared(entry.path)) wanted.delete(entry);
    return wanted;
  }

  /** The settings of a configuration that may not be there. */
  extraSettings({ path, settings = [] }: HostEntry): readonly GitSetting[] {
    const known = new Set(this.#entries.get(path)?.settings?.map(identityOf));
    return settings.filter((setting) => !known.has(identityOf(setting)));
  }

  /** A configuration without these settings, and with those of the same keys that may be there. */
  withoutExtra({ path, settings = [], content }: HostEntry, extra: readonly GitSetting[]): string {
    const keys = new Set(extra.map(({ key }) => key));
    const kept = settings.filter((setting) => !extra.includes(setting));
    const there = new Set(kept.map(identityOf));
    const allowed = this.#entries.get(path)?.settings ?? [];
    const missing = allowed.filter((one) => keys.has(one.key) && !there.has(identityOf(one)));
    return replaceSettings(content?.toString("latin1") ?? "", settings, [...kept, ...missing]);
  }

  /** Whether git would run something of it that may not be there. */
  #isForbidden(entry: HostEntry): boolean {
    if (this.#entries.get(entry.path)?.print === entry.print) return false;
    if (entry.settings) return this.extraSettings(entry).length > 0;
    return RUN.has(entry.rule) && !this.#isCopy(entry);
  }

  /** Whether it is a hook that may be there in another place, as in a linked worktree that is new. */
  #isCopy({ rule, print, content }: HostEntry): boolean {
    const isSame = (other: HostEntry) => other.rule === rule && other.print === print;
    return rule === GIT_RULES.hook && !!content && [...this.#entries.values()].some(isSame);
  }

  /** The paths that git comes to in its own places, and by what may be there. */
  #reached({ leads, entries }: GitSnapshot): ReadonlySet<string> {
    const places = leads.filter(({ from }) => from === undefined).map(({ to }) => to);
    return reachable(leads, places, (lead) => this.#mayLead(lead, entries));
  }

  #mayLead({ from = "", by }: Lead, entries: HostSnapshot): boolean {
    // What is in a folder.
    if (!by) return true;
    const allowed = this.#entries.get(from);
    return by.setting === undefined
      ? allowed !== undefined && allowed.print === entries.get(from)?.print
      : (allowed?.settings?.some((one) => identityOf(one) === by.setting) ?? false);
  }
}

/** What is come to from these paths, by the leads that count. */
function reachable(
  leads: readonly Lead[],
  from: readonly string[],
  counts: (lead: Lead) => boolean,
): Set<string> {
  const next = new Map<string | undefined, Lead[]>();
  for (const lead of leads) {
    const others = next.get(lead.from);
    if (others) others.push(lead);
    else next.set(lead.from, [lead]);
  }
  const reached = new Set(from);
  for (const path of reached)
    for (const lead of next.get(path) ?? [])
      if (!reached.has(lead.to) && counts(lead)) reached.add(lead.to);
  return reached;
}
