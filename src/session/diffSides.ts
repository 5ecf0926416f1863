import type { Change, DiffLine } from "../shared/diff";

/** A file before and after some changes. */
export interface DiffSides {
  readonly before: string;
  readonly after: string;
  /** Whether these are only the changed places, since the file has become another since then. */
  readonly excerpt: boolean;
}

/**
 * Both sides of what was changed in one file. `current` is the file as it is now, if it is there: the
 * changes are taken back in it, the last one first.
 */
export function diffSides(changes: readonly Change[], current: string | undefined): DiffSides {
  const after = current?.replaceAll("\r\n", "\n");
  let lines = after?.split("\n");
  for (const change of [...changes].reverse())
    lines = lines && (change.cut ? undefined : takenBack(lines, change));
  if (after !== undefined && lines) return { before: lines.join("\n"), after, excerpt: false };
  const hunks = changes.flatMap(({ lines: all }) => hunksOf(all));
  return {
    before: hunks.map(({ before }) => before.join("\n")).join(GAP),
    after: hunks.map(({ after: now }) => now.join("\n")).join(GAP),
    excerpt: true,
  };
}

const GAP = "\n⋯\n";

interface Hunk {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Where `after` begins in the file, from 0, where that is known. */
  readonly at: number | undefined;
}

function hunksOf(lines: readonly DiffLine[]): readonly Hunk[] {
  const hunks: DiffLine[][] = [[]];
  for (const line of lines) {
    if (line.kind === "gap") hunks.push([]);
    else hunks.at(-1)?.push(line);
  }
  let moved = 0;
  return hunks
    .filter((hunk) => hunk.length > 0)
    .map((hunk) => {
      const texts = (not: DiffLine["kind"]): string[] =>
        hunk.filter(({ kind }) => kind !== not).map(({ text }) => text);
      const [before, after] = [texts("added"), texts("removed")];
      const first = hunk.find(({ kind }) => kind !== "removed")?.number;
      // Where only lines went, their old place tells the new one.
      const [gone] = after.length === 0 ? hunk : [];
      const number = first ?? (gone?.number && gone.number + moved);
      moved += after.length - before.length;
      return { before, after, at: number === undefined ? undefined : number - 1 };
    });
}

/** The file's lines as they were before a change; undefined where the change is not found in them. */
function takenBack(lines: readonly string[], change: Change): string[] | undefined {
  let before = [...lines];
  // From the end, so that what is above keeps its place.
  for (const hunk of [...hunksOf(change.lines)].reverse()) {
    const at = placeOf(before, hunk);
    if (at === undefined) return undefined;
    before = [...before.slice(0, at), ...hunk.before, ...before.slice(at + hunk.after.length)];
  }
  return before;
}

/** Where a hunk is told to be, or the only other place where it fits. */
function placeOf(lines: readonly string[], { after, at }: Hunk): number | undefined {
  const fits = (from: number): boolean =>
    after.every((text, index) => lines[from + index] === text);
  if (at !== undefined && fits(at)) return at;
  if (after.length === 0) return undefined;
  const places = lines.flatMap((_, from) => (fits(from) ? [from] : []));
  return places.length === 1 ? places[0] : undefined;
}
