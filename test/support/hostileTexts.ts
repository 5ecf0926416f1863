/** Texts on which a regular expression has the most to do, made from the expression itself. */
import { type AST, parseRegExpLiteral } from "@eslint-community/regexpp";

/** One of each kind that patterns tell apart. */
const CHARACTERS = Array.from("aA0f-_.:/=@%+\\\"' \n,{<…\u200b\u001b");

/** What may stand between one beginning and the next. */
const BETWEEN = [
  "",
  " ",
  "-",
  "_",
  ".",
  "\n",
  '"',
  "=",
  ":",
  "/",
  "@",
  String.raw`\n`,
  String.raw`\"`,
];

/** So many of the beginnings of an expression are tried, and so many texts of each of its parts. */
const BEGINNINGS = 8;
const SAMPLES = 6;

export interface Hostile {
  readonly name: string;
  /** The text in about so many characters. */
  readonly text: (length: number) => string;
}

/**
 * What an expression begins with, repeated with all kinds of characters in between, and followed by one
 * character without an end.
 */
export function hostileTexts(pattern: RegExp): readonly Hostile[] {
  const { pattern: parsed } = parseRegExpLiteral(pattern);
  const beginnings = spread([...new Set(parsed.alternatives.flatMap(beginningsOf))], BEGINNINGS);
  return beginnings.flatMap((beginning) => [
    ...BETWEEN.map((between) => repeated(beginning + between)),
    ...CHARACTERS.map((character) => ({
      name: `${JSON.stringify(beginning)}, then ${JSON.stringify(character)} without an end`,
      text: (length: number) => beginning + character.repeat(length),
    })),
  ]);
}

const repeated = (unit: string): Hostile => ({
  name: `${JSON.stringify(unit)} repeated`,
  text: (length) => unit.repeat(Math.ceil(length / (unit.length || 1))),
});

/** What is repeated in an expression without a limit and is more than one character, as source code. */
export function endlessGroups(pattern: RegExp): readonly string[] {
  const found: string[] = [];
  const visit = (node: AST.Element | AST.Alternative): void => {
    if (node.type === "Quantifier") {
      if (node.max === Infinity && !isOneCharacter(node.element)) found.push(node.raw);
      visit(node.element);
    }
    if (node.type === "Alternative") node.elements.forEach(visit);
    if ("alternatives" in node) node.alternatives.forEach(visit);
  };
  parseRegExpLiteral(pattern).pattern.alternatives.forEach(visit);
  return found;
}

const isOneCharacter = ({ type }: AST.Element): boolean =>
  type === "Character" || type === "CharacterClass" || type === "CharacterSet";

/** Texts that an expression accepts as far as they go: up to each of its parts. */
function beginningsOf({ elements }: AST.Alternative): string[] {
  let texts = [""];
  const all: string[] = [];
  for (const element of elements) {
    const samples = samplesOf(element);
    texts = spread(
      texts.flatMap((text) => samples.map((sample) => text + sample)),
      SAMPLES,
    );
    all.push(...texts);
  }
  return all.filter((text) => text !== "");
}

/** Some texts that a part of an expression accepts. */
function samplesOf(element: AST.Element): string[] {
  switch (element.type) {
    case "Character":
      return [String.fromCodePoint(element.value)];
    case "CharacterClass":
    case "CharacterSet": {
      const accepts = new RegExp(`^${element.raw}$`, "iu");
      return spread(
        CHARACTERS.filter((character) => accepts.test(character)),
        SAMPLES,
      );
    }
    case "Group":
    case "CapturingGroup":
      return spread(
        element.alternatives.flatMap((alternative) => beginningsOf(alternative).slice(-2)),
        SAMPLES,
      );
    case "Quantifier": {
      const once = samplesOf(element.element);
      const least = element.min === 0 ? [""] : once.map((text) => text.repeat(element.min));
      const more =
        element.max > element.min ? once.map((text) => text.repeat(element.min + 1)) : [];
      return spread([...least, ...more], SAMPLES);
    }
    default:
      return [""];
  }
}

/** So many of a list, from its beginning to its end. */
const spread = <Item>(items: readonly Item[], count: number): Item[] =>
  items.filter(
    (_, at) =>
      items.length <= count ||
      Math.floor((at * count) / items.length) !== Math.floor(((at - 1) * count) / items.length),
  );
