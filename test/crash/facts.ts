/** What the programs of this folder say on their stdout, and what is read from a folder of threads. */
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { type Message, textOf } from "../../src/shared/thread";

/** A message and the text that it has from now on. */
export interface Fact {
  readonly thread: string;
  readonly message: string;
  readonly hash: string;
}

export type Line =
  /** These are about to be stored, in one commit. */
  | { readonly type: "appending"; readonly facts: readonly Fact[] }
  /** What was said last is on the disk, as the store promises. */
  | { readonly type: "appended" }
  /** A panel showed so many characters of a message at that time, in milliseconds since the epoch. */
  | {
      readonly type: "shown";
      readonly thread: string;
      readonly message: string;
      readonly length: number;
      readonly at: number;
    }
  /** Something was typed; or, if `stored`, is about to be sent, when it is on the disk as a draft. */
  | {
      readonly type: "typed";
      readonly thread: string;
      readonly text: string;
      readonly stored: boolean;
    }
  /** What was typed last was sent, and its turn is over. */
  | { readonly type: "sent" }
  /** What is on the disk, as this program sees it. */
  | { readonly type: "read"; readonly threads: Content["threads"] };

/** A message as it is found on the disk. */
export interface Found {
  readonly message: string;
  readonly seq: number;
  readonly hash: string;
  readonly length: number;
}

export interface Content {
  readonly threads: Readonly<Record<string, readonly Found[]>>;
  /** What the store said of damage. */
  readonly problems: readonly string[];
}

/** Written at once, not when the process finds the time: nothing that was said dies with it. */
export const say = (line: Line): void => void writeSync(1, `${JSON.stringify(line)}\n`);

export const hashOf = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

export const found = (message: Message): Found => ({
  message: message.id,
  seq: message.seq,
  hash: hashOf(textOf(message)),
  length: textOf(message).length,
});
