/** What a screen reader says of an answer while it grows: whole sentences, each of them once. */
import { t } from "@vscode/l10n";
import type { Message, Part } from "../src/shared/thread";

/** So much without the end of a sentence is said as it is, in UTF-16 units. */
const LONGEST = 1000;

/** What a sentence can end with. To look for its end takes longer than to see that there is none. */
const TERMINAL = /[\p{Sentence_Terminal}\n\r\u0085\u2028\u2029]/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });

type TextPart = Extract<Part, { type: "text" }>;

interface Said {
  /** So much of a part is said, in UTF-16 units. */
  length: number;
  /** What has begun the code that the rest is in; "" where it is in none. */
  fence: string;
}

/** How far the answers of one thread are said. */
export class Speech {
  readonly #said = new Map<string, Said>();
  readonly #begun = new Set<string>();

  /** What is in these messages already is not said. */
  constructor(messages: readonly Message[]) {
    for (const message of messages)
      if (message.status === "streaming") this.next(message);
      else
        for (const { id, part } of textsOf(message))
          this.#said.set(id, { length: part.text.length, fence: "" });
  }

  /** The sentences of a message that are complete and were not said before. */
  next(message: Message): readonly string[] {
    const sentences = textsOf(message).flatMap(({ id, part }) =>
      this.#nextOf(id, part.text, message.status === "streaming" && part.state === "streaming"),
    );
    if (sentences.length === 0 || this.#begun.has(message.id)) return sentences;
    this.#begun.add(message.id);
    return sentences.with(0, `Claude: ${sentences[0]}`);
  }

  #nextOf(key: string, text: string, growing: boolean): readonly string[] {
    const said = this.#said.get(key) ?? { length: 0, fence: "" };
    this.#said.set(key, said);
    const spoken: string[] = [];
    for (;;) {
      const rest = text.slice(said.length, said.length + LONGEST);
      const isEnd = said.length + rest.length === text.length;
      if (isEnd && growing && !TERMINAL.test(rest)) return spoken;
      const pieces = Array.from(segmenter.segment(rest), ({ segment }) => segment);
      // More text may belong to the last sentence, unless there is none or the sentence has no end.
      if (isEnd ? growing : pieces.length > 1) pieces.pop();
      if (pieces.length === 0) return spoken;
      for (const piece of pieces) {
        said.length += piece.length;
        const words = toSay(piece.trim(), said);
        if (words) spoken.push(words);
      }
    }
  }
}

/** What is said of a message, with ids of its own. What a subagent says is for Claude. */
const textsOf = ({ id, parts }: Message): { id: string; part: TextPart }[] =>
  parts
    .filter((part): part is TextPart => part.type === "text" && part.parent === undefined)
    .map((part) => ({ id: `${id} ${part.id}`, part }));

/** A piece of Markdown as words, or "" where it has none. Of code it is only said that it is there. */
function toSay(piece: string, said: Said): string {
  if (said.fence) {
    if (isEndOf(said.fence, piece)) said.fence = "";
    return "";
  }
  const [fence] = /^(?:`{3,}(?!.*`)|~{3,})/.exec(piece) ?? [];
  if (fence) {
    said.fence = fence;
    return t("Code.");
  }
  const words = piece
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/^(?:[-+]\s|[#>|\s])+|[*_`]+|\|$/g, "")
    .replace(/\s*\|\s*/g, ", ")
    .trim();
  return /[\p{L}\p{N}]/u.test(words) ? words : "";
}

const isEndOf = (fence: string, piece: string): boolean =>
  piece.startsWith(fence) && piece.replaceAll(fence.charAt(0), "") === "";
