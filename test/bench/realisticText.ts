/**
 * Text as it stands in threads: prose, code and what tools print. It is cut from what TypeScript comes
 * with, and the same again with the same seed.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { between, type Random } from "../crash/random";
import { root } from "../support/paths";

/** Each makes a text of about so many characters. */
export interface TextMaker {
  prose(length: number): string;
  code(length: number): string;
  /** What a tool printed: with paths, numbers and names that occur nowhere else, as there are. */
  output(length: number): string;
}

export async function textMaker(random: Random): Promise<TextMaker> {
  const library = path.join(root, "node_modules/typescript/lib");
  const source = await readFile(path.join(library, "typescript.js"), "utf8");
  const types = await readFile(path.join(library, "lib.dom.d.ts"), "utf8");
  const comments = [...types.matchAll(/^ *(?:\/\*\*|\*) +([A-Z`*].*?)(?: \*\/)?$/gm)];
  const code = source.split("\n");
  const prose = comments.map(([, sentence = ""]) => sentence);

  /** Lines that stand together, from a place by chance. */
  const passage = (lines: readonly string[], length: number, join: string): string => {
    const start = between(random, 0, lines.length);
    let end = start;
    for (let size = 0; size < length; end++) size += (lines[end % lines.length]?.length ?? 0) + 1;
    const taken = lines.slice(start, end);
    if (end > lines.length) taken.push(...lines.slice(0, end - lines.length));
    return taken.join(join);
  };
  const hex = () => between(random, 0, 2 ** 32).toString(16);
  return {
    prose: (length) => passage(prose, length, " "),
    code: (length) => passage(code, length, "\n"),
    output: (length) => {
      const file = `src/${hex().slice(0, 3)}/${hex()}.ts`;
      return passage(code, length, "\n")
        .split("\n")
        .map((line, number) =>
          number % 8 ? `${file}:${number + 1}:${line}` : `${hex()} ok ${file}`,
        )
        .join("\n");
    },
  };
}
