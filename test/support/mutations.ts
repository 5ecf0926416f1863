/** What could become of the lines of Claude's stdout: spoilt values, spoilt JSON, spoilt order. */
import { between, type Random } from "../crash/random";

/**
 * Spoils most of the lines, and the order of some. `others` are lines of other sessions. The same random
 * numbers spoil in the same way.
 */
export function mutated(
  lines: readonly string[],
  others: readonly string[],
  random: Random,
): string[] {
  const spoilt = lines.map((line) => (random() < 0.7 ? mutatedLine(line, others, random) : line));
  for (let count = between(random, 0, 4); count > 0; count--)
    pick(REORDERINGS, random)(spoilt, random);
  return spoilt;
}

function mutatedLine(line: string, others: readonly string[], random: Random): string {
  if (random() < 0.2) return spoiltText(line, random);
  const json = parsed(line);
  const places = placesIn(json);
  if (places.length === 0) return spoiltText(line, random);
  for (let count = between(random, 1, 4); count > 0; count--)
    pick(MUTATIONS, random)(pick(places, random), others, random);
  // What JavaScript cannot write as JSON, though it can stand there.
  return JSON.stringify(json).replaceAll('"HUGE"', "1e999").replaceAll('"DEEP"', DEEP);
}

/** A value and where it is: `holder[key]`. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

const DEEP = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, "HUGE", "DEEP", "", "x", "\u0000\ud800", "__proto__"],
  ...[[], {}, [null], [[]], ["text"], { type: "text" }, { type: null }, { text: 1 }],
  ...["constructor", "tool_result", "streaming", "no such thing", "x".repeat(50)],
];

const MUTATIONS: readonly ((place: Place, others: readonly string[], random: Random) => void)[] = [
  ({ holder, key }) => Reflect.deleteProperty(holder, key),
  ({ holder, key }, _, random) => (holder[key] = structuredClone(pick(VALUES, random))),
  ({ holder, key }) => (holder[key] = [holder[key]]),
  ({ holder, key }) => (holder[key] = { type: holder[key] }),
  ({ holder, key }) => (holder[key] = String(holder[key])),
  // The same field of another line: an index, a session, the id of another call or message.
  ({ holder, key }, others, random) => {
    const same = placesIn(parsed(pick(others, random))).filter((other) => other.key === key);
    const other = same[0] && pick(same, random);
    if (other) holder[key] = other.holder[key];
  },
  ({ holder, key }) => {
    const value = holder[key];
    Reflect.deleteProperty(holder, key);
    const all = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(holder, "__proto__", all);
  },
];

/** Of text that need not be JSON afterwards. */
function spoiltText(line: string, random: Random): string {
  const from = between(random, 0, line.length + 1);
  if (random() < 0.5) return line.slice(0, from);
  const inserted = pick(["", "null", '"', "{", "9", "\u0000", "\\", "}{"], random);
  return line.slice(0, from) + inserted + line.slice(from + between(random, 0, 20));
}

const REORDERINGS: readonly ((lines: string[], random: Random) => void)[] = [
  // Twice, at once or later.
  (lines, random) => {
    const from = between(random, 0, lines.length);
    lines.splice(between(random, from, lines.length + 1), 0, lines[from] ?? "");
  },
  // Somewhere else.
  (lines, random) => {
    const [line = ""] = lines.splice(between(random, 0, lines.length), 1);
    lines.splice(between(random, 0, lines.length + 1), 0, line);
  },
  // With its neighbour's place.
  (lines, random) => {
    const from = between(random, 0, lines.length);
    lines.splice(from, 2, ...lines.slice(from, from + 2).reverse());
  },
  (lines, random) => lines.splice(between(random, 0, lines.length), between(random, 1, 5)),
];

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[between(random, 0, items.length)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}
