/**
 * Markdown that is still being written, as it will look: what is half-open is closed or left out, so
 * that no raw mark is on show for the moment until its other half is there.
 */

/** `text` must begin where a top-level block does. All but its last block stays as it is. */
export function calm(text: string): string {
  const lines = text.split("\n");
  const fence = openFence(lines);
  if (fence !== undefined) return withoutHalfFence(lines, fence).join("\n");
  const whole = withoutHalfTable(withoutHalfMark(lines));
  const start = lastSegment(whole);
  const [line = ""] = whole.slice(start.line);
  const segment = [line.slice(start.column), ...whole.slice(start.line + 1)].join("\n");
  const last = line.slice(0, start.column) + closed(segment);
  // What is left of a line may be its mark alone.
  return withoutHalfMark([...whole.slice(0, start.line), ...last.split("\n")]).join("\n");
}

/** What may stand before a fence or a mark: quotes and list items around it. */
const AROUND = String.raw`[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s[\s>]*)*`;
const FENCE = new RegExp(`^${AROUND}(\`{3,}|~{3,})(.*)$`);

/** The line of the fence that is open at the end. */
function openFence(lines: readonly string[]): number | undefined {
  let open: { line: number; marks: string } | undefined;
  for (const [index, line] of lines.entries()) {
    const [, marks = "", info = ""] = FENCE.exec(line) ?? [];
    if (!marks) continue;
    if (!open) {
      if (!(marks.startsWith("`") && info.includes("`"))) open = { line: index, marks };
    } else if (marks.startsWith(open.marks) && info.trim() === "") open = undefined;
  }
  return open?.line;
}

/** The language while it is typed, and the beginning of the closing fence. */
function withoutHalfFence(lines: readonly string[], fence: number): readonly string[] {
  const [last = ""] = lines.slice(-1);
  if (fence === lines.length - 1)
    return [...lines.slice(0, -1), last.replace(/([`~]{3}).*$/, "$1")];
  return /^[\s>]*(?:`{1,2}|~{1,2})$/.test(last) ? lines.slice(0, -1) : lines;
}

/** A last line that may become a list item, a heading, a rule: a dash under a text makes it a heading. */
const HALF_MARK = new RegExp(
  String.raw`^${AROUND}(?:[-+*_=#\s]+|\d{1,9}[.)]?|\|[\s|:-]*|(?:[-+*]|\d{1,9}[.)])\s+\[(?:[ xX]\]?)?)?\s*$`,
);

/** A longer line is no mark that is still being written, in UTF-16 units. */
const MARK_LIMIT = 500;

function withoutHalfMark(lines: readonly string[]): readonly string[] {
  const [last = ""] = lines.slice(-1);
  // A delimiter row is for `withoutHalfTable` to judge.
  return last.length <= MARK_LIMIT && HALF_MARK.test(last) && !isDelimiter(last)
    ? lines.slice(0, -1)
    : lines;
}

/** The head of a table is a line of bars until the row under it is there. */
function withoutHalfTable(lines: readonly string[]): readonly string[] {
  let first = lines.length;
  while (first > 0 && /^[\s>]*\|/.test(lines[first - 1] ?? "")) first--;
  const [head, delimiter, ...rows] = lines.slice(first);
  if (head === undefined || rows.length > 0) return lines;
  if (delimiter === undefined || !isDelimiter(delimiter) || columns(delimiter) !== columns(head))
    return lines.slice(0, first);
  return lines;
}

const isDelimiter = (line: string): boolean =>
  /-/.test(line) && /^[\s>]*\|(?:\s*:?-+:?\s*\|)*(?:\s*:?-+:?\s*)?$/.test(line);

const columns = (line: string): number =>
  line
    .replace(/^[\s>]*\|/, "")
    .replace(/\|\s*$/, "")
    .split(/(?<!\\)\|/).length;

const BLOCK = new RegExp(String.raw`^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+|#{1,6}\s+)+`);

/** Where the last run of text begins that marks can span: a paragraph, a list item, a cell. */
function lastSegment(lines: readonly string[]): { readonly line: number; readonly column: number } {
  for (let line = lines.length - 1; line >= 0; line--) {
    const text = lines[line] ?? "";
    if (/^[\s>]*$/.test(text)) return { line: line + 1, column: 0 };
    if (/^[\s>]*\|/.test(text)) return { line, column: lastBar(text) + 1 };
    const [block] = BLOCK.exec(text) ?? [];
    if (block) return { line, column: block.length };
  }
  return { line: 0, column: 0 };
}

const lastBar = (line: string): number => {
  let bar = line.lastIndexOf("|");
  while (bar > 0 && line[bar - 1] === "\\") bar = line.lastIndexOf("|", bar - 1);
  return bar;
};

/** What is open, the outermost first. */
class Openers {
  readonly all: Opener[] = [];
  /** How many there are of each mark, so that nobody looks through them for one that is not there. */
  readonly #counts = new Map<string, number>();

  push(opener: Opener): void {
    this.all.push(opener);
    this.#count(opener.mark, 1);
  }

  has(mark: string): boolean {
    return (this.#counts.get(mark) ?? 0) > 0;
  }

  last(): Opener | undefined {
    return this.all.at(-1);
  }

  pop(): void {
    const opener = this.all.pop();
    if (opener) this.#count(opener.mark, -1);
  }

  #count(mark: string, by: number): void {
    this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + by);
  }
}

interface Opener {
  readonly mark: string;
  count: number;
  /** Where in the result its marks are. */
  readonly at: number;
}

/** Inline text with all that is open in it closed. */
function closed(text: string): string {
  // Without the look behind, a run that is not at the end would be tried from each of its marks.
  // A mark at the very end has not said yet what it is. One that closes something is put back.
  const source = text
    .replace(/<(?:h(?:t(?:t(?:ps?)?)?)?)?$/, "")
    .replace(/(?<![*_~\\])[*_~\\]+$/, "");
  const openers = new Openers();
  const lastWord = lastGap(source) + 1;
  let addresses: Uint8Array | undefined;
  let out = "";
  let end = source.length;
  for (let at = 0; at < end;) {
    const char = source[at] ?? "";
    if (char === "\\") {
      out += source.slice(at, at + 2);
      at += 2;
    } else if (char === "`") {
      const [ticks = ""] = /^`+/.exec(source.slice(at)) ?? [];
      const close = closingTicks(source, at + ticks.length, ticks.length);
      const code =
        close < 0 ? source.slice(at + ticks.length).replace(/(?<![`\s])[`\s]+$/, "") : "";
      if (close >= 0) out += source.slice(at, close);
      else if (code.trim()) out += ticks + code + ticks;
      at = close < 0 ? end : close;
    } else if (char === "<" && at >= lastWord && ADDRESS.test(source.slice(at, at + 8))) {
      at++;
    } else if (char === "[" && !/\w/.test(source[at - 1] ?? "")) {
      const half = halfLink(source, at, end, (from) => {
        addresses ??= closedAddresses(source);
        return addresses[from] === 1;
      });
      // Of a link that is not there yet, its text is shown.
      if (half === undefined) out += char;
      else {
        if (out.endsWith("!")) out = out.slice(0, -1);
        end = half;
      }
      at++;
    } else if (char === "!" && at === end - 1) {
      // It may be a picture's.
      at++;
    } else if (char === "*" || char === "_" || (char === "~" && source[at + 1] === "~")) {
      let next = at;
      while (source[next] === char) next++;
      follow(openers, char, next - at, source[at - 1] ?? " ", source[next] ?? " ", out.length);
      out += source.slice(at, next);
      at = next;
    } else {
      out += char;
      at++;
    }
  }
  return close(out, openers.all);
}

/** What an address in angle brackets begins with. */
const ADDRESS = /^<(?:https?|mailto):/;

/** Where the last character is that no such address has; -1 for none. */
function lastGap(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && !/[\s>]/.test(text.charAt(at))) at--;
  return at;
}

/** For each place in a text, whether there is a closing parenthesis from it on in its line. */
function closedAddresses(text: string): Uint8Array {
  const closed = new Uint8Array(text.length + 1);
  for (let at = text.length - 1; at >= 0; at--) {
    const char = text[at];
    closed[at] = char === ")" ? 1 : char === "\n" ? 0 : (closed[at + 1] ?? 0);
  }
  return closed;
}

/** Behind the next run of exactly so many backticks, or -1. */
function closingTicks(text: string, from: number, count: number): number {
  for (const run of text.slice(from).matchAll(/`+/g))
    if (run[0].length === count) return from + run.index + count;
  return -1;
}

/** A longer text in brackets is no link's, in characters. */
const LINK_LIMIT = 500;

/** Where the text of a link ends that is not complete, or undefined for what is none or complete. */
function halfLink(
  text: string,
  from: number,
  end: number,
  isClosed: (address: number) => boolean,
): number | undefined {
  let depth = 0;
  for (let at = from; at < end; at++) {
    if (at - from > LINK_LIMIT) return undefined;
    if (text[at] === "\\") at++;
    else if (text[at] === "[") depth++;
    else if (text[at] === "]" && --depth === 0) {
      if (at === end - 1) return at;
      return text[at + 1] === "(" && !isClosed(at + 2) ? at : undefined;
    }
  }
  return end;
}

/** Keeps account of what a run of emphasis marks opens or closes, by CommonMark's rule of flanking. */
function follow(
  openers: Openers,
  mark: string,
  count: number,
  before: string,
  after: string,
  at: number,
): void {
  const opens =
    !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
  const closes =
    !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
  const inWord = mark === "_" && opens && closes;
  let left = count;
  if (closes && !(inWord && !isPunctuation(after)))
    while (left > 0 && openers.has(mark)) {
      const opener = openers.last();
      if (opener?.mark === mark) {
        const used = Math.min(opener.count, left);
        opener.count -= used;
        left -= used;
        if (opener.count > 0) break;
      }
      // What stands between the two can no longer be closed.
      openers.pop();
    }
  if (left > 0 && opens && !(inWord && !isPunctuation(before)))
    openers.push({ mark, count: left, at });
}

const isSpace = (char: string): boolean => /\s/.test(char);
const isPunctuation = (char: string): boolean => /[\p{P}\p{S}]/u.test(char);

function close(text: string, openers: readonly Opener[]): string {
  let end = text.length;
  while (end > 0 && /[*_~\s]/.test(text[end - 1] ?? "")) end--;
  // Marks around nothing would stand there as they are.
  const empty = openers.find(({ at }) => at >= end);
  if (empty) return close(text.slice(0, empty.at), openers.slice(0, openers.indexOf(empty)));
  const out = text.trimEnd();
  const closers = [...openers].reverse().map(({ mark, count }) => mark.repeat(count));
  return out + closers.join("") + text.slice(out.length);
}
