/** Markdown to blocks. Of a text that grows, only the end is parsed again. */
import MarkdownIt, { type Env, type Token } from "markdown-it";
import { calm } from "./calm";
import { treeOf, type Node } from "./tree";

/** A top-level piece of a document, with the text that it was made from and where that begins. */
export interface Block {
  readonly source: string;
  readonly offset: number;
  readonly node: Node;
}

export interface Document {
  readonly text: string;
  /** Whether more of the text is to come. */
  readonly growing: boolean;
  readonly blocks: readonly Block[];
  /** The link definitions, which any block may use. */
  readonly references: string;
}

/** A longer text is shown as it is: the panel could not lay out what it is formatted to, in UTF-16 units. */
const LENGTH_LIMIT = 400_000;
/** So much is parsed at once. A text is shown as it is if a longer run of it can only be parsed together. */
const PIECE_LIMIT = 100_000;
/** What is nested deeper is shown as it is: markdown-it would leave it out, or let emphasis go on. */
const NESTING_LIMIT = 50;

const NO_REFERENCES = "{}";

const markdown = new MarkdownIt({ html: false, linkify: true, maxNesting: NESTING_LIMIT });
// A path such as "readme.md" or "main.rs" is no host name.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/**
 * Parses a text; one that is `growing` looks as if what is half-open in it were complete. Blocks that
 * `previous`, an earlier state of the text, already has are taken from it, so that what shows a block
 * can tell by its identity that nothing changed.
 */
export function parse(text: string, previous?: Document, growing = false): Document {
  if (text.length > LENGTH_LIMIT) return plain(text, growing);
  let known = previous;
  for (let from = 0; ;) {
    const kept = known ? settled(known, text) : [];
    const next = kept.length > 0 ? (known?.blocks[kept.length]?.offset ?? 0) : 0;
    if (text.length - next <= PIECE_LIMIT) return parseFrom(next, text, kept, known, growing);
    // What is settled of a piece is where the next one begins.
    if (next <= from && known !== previous) return plain(text, growing);
    from = next;
    known = parseFrom(next, text.slice(0, next + PIECE_LIMIT), kept, known, growing);
  }
}

/** Parses what is from an offset on. `kept` are the blocks before. */
function parseFrom(
  from: number,
  text: string,
  kept: readonly Block[],
  previous: Document | undefined,
  growing: boolean,
): Document {
  const tail = text.slice(from);
  const env: Env = {};
  const shown = growing ? calm(tail) : tail;
  const tokens = markdown.parse(shown, env);
  if (isTooDeep(tokens)) return plain(text, growing);

  const references = JSON.stringify(env.references ?? {});
  // What is defined here may be used by what was kept.
  if (from > 0 && references !== NO_REFERENCES)
    return text.length > PIECE_LIMIT
      ? plain(text, growing)
      : parseFrom(0, text, [], undefined, growing);
  const known = previous?.references === references ? previous.blocks : [];
  const lines = shown.split(/\r\n|\r|\n/);
  const offsets = offsetsOf(shown);
  const groups = topLevel(tokens);
  const blocks = groups.map((group, index) => {
    const [first = 0, end = 0] = group[0]?.map ?? [];
    const source = lines.slice(first, end).join("\n");
    const last = growing && index === groups.length - 1;
    const isOpen = (fence: Token): boolean => last && !isClosed(fence, lines);
    const old = known[kept.length + index];
    const offset = from + (offsets[first] ?? 0);
    return old?.source === source && old.offset === offset && previous?.growing === growing
      ? old
      : reuse(old, { source, offset, node: treeOf(group, isOpen)[0] ?? "" });
  });
  return { text, growing, blocks: [...kept, ...blocks], references };
}

const isTooDeep = (tokens: readonly Token[]): boolean =>
  tokens.some(({ level, children }) => level >= NESTING_LIMIT - 1 || isTooDeep(children ?? []));

/** The blocks of an earlier state that no more text can change. */
function settled({ text: before, blocks, references }: Document, text: string): readonly Block[] {
  // Compared as a whole, which takes a hundredth of the time of `startsWith`.
  const grew = text.slice(0, before.length) === before;
  if (references !== NO_REFERENCES || text.includes("\r") || !grew) return [];
  const lastLine = before.lastIndexOf("\n") + 1;
  // Up to the last block that begins behind an empty line, and not in the last line.
  const open = blocks.findLastIndex(
    ({ offset }) => offset < lastLine && /\n[ \t]*\n$/.test(before.slice(offset - 80, offset)),
  );
  return blocks.slice(0, Math.max(0, open));
}

/** The block as it was, where only the rest of the text has become another. */
const reuse = (old: Block | undefined, block: Block): Block =>
  old?.source === block.source &&
  old.offset === block.offset &&
  JSON.stringify(old.node) === JSON.stringify(block.node)
    ? old
    : block;

const plain = (text: string, growing: boolean): Document => ({
  text,
  growing,
  blocks: [{ source: text, offset: 0, node: { type: "plain", text } }],
  references: "",
});

/** Where each line begins. */
function offsetsOf(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ 0: end, index }) => index + end.length)];
}

/** Whether a fence's last line is its end. */
function isClosed({ map, markup }: Token, lines: readonly string[]): boolean {
  const [first = 0, end = 0] = map ?? [];
  const last = (lines[end - 1] ?? "").replace(/^[\s>]*/, "").trimEnd();
  return end - first > 1 && last.startsWith(markup) && /^(.)\1*$/.test(last);
}

/** The tokens of each top-level block. */
function topLevel(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0) groups.push([]);
    groups.at(-1)?.push(token);
  }
  return groups;
}
