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
  const perChange = changes.map(({ lines: all }) => hunksOf(all));
  const hunks = perChange.flat();
  let lines = after?.split("\n");
  if (changes.some(({ cut }) => cut) || hunks.length * (lines?.length ?? 0) > WORK_LIMIT)
    lines = undefined;
  for (const those of perChange.reverse()) lines = lines && takenBack(lines, those);
  if (after !== undefined && lines) return { before: lines.join("\n"), after, excerpt: false };
  return {
    before: hunks.map(({ before }) => before.join("\n")).join(GAP),
    after: hunks.map(({ after: now }) => now.join("\n")).join(GAP),
    excerpt: true,
  };
}

/** The whole file is not put together where each of so many changed places may be in so many lines. */
const WORK_LIMIT = 5_000_000;

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
function takenBack(lines: readonly string[], hunks: readonly Hunk[]): string[] | undefined {
  let before = [...lines];
  // From the end, so that what is above keeps its place.
  for (const hunk of hunks.toReversed()) {
    const at = placeOf(before, hunk);
    if (at === undefined) return undefined;
    before = [...before.slice(0, at), ...hunk.before, ...before.slice(at + hunk.after.length)];
  }
  return before;
}

/** Where a hunk is told to be, or the only other place where it fits. */
function placeOf(lines: readonly string[], { after, at }: Hunk): number | undefined {
  if (at !== undefined && after.every((text, index) => lines[at + index] === text)) return at;
  const places = after.length > 0 ? placesOf(lines, after, 2) : [];
  return places.length === 1 ? places[0] : undefined;
}

/**
 * The first `most` places where some lines stand among others. It goes on where it is, by Knuth, Morris
 * and Pratt: to begin anew at each line would take the product of their numbers, where all are the same.
 */
function placesOf(lines: readonly string[], sought: readonly string[], most: number): number[] {
  const places: number[] = [];
  const fallbacks = [0];
  let fitting = 0;
  for (let next = 1; next < sought.length; next++) {
    while (fitting > 0 && sought[next] !== sought[fitting]) fitting = fallbacks[fitting - 1] ?? 0;
    if (sought[next] === sought[fitting]) fitting++;
    fallbacks.push(fitting);
  }
  fitting = 0;
  for (const [index, line] of lines.entries()) {
    while (fitting > 0 && line !== sought[fitting]) fitting = fallbacks[fitting - 1] ?? 0;
    if (line === sought[fitting]) fitting++;
    if (fitting < sought.length) continue;
    places.push(index - fitting + 1);
    if (places.length === most) break;
    fitting = fallbacks[fitting - 1] ?? 0;
  }
  return places;
}
