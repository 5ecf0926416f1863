/** The names of files in a text, as people and compilers write them: `src/a.ts`, `a.ts:12:3`. */

export interface FileReference {
  readonly path: string;
  /** From 1, as all lines and columns here. */
  readonly line?: number;
  readonly column?: number;
}

const EXTENSIONS =
  "ts|tsx|mts|cts|js|jsx|mjs|cjs|json|jsonc|ndjson|md|mdx|txt|rst|py|pyi|ipynb|rb|rs|go|java|kt|kts|" +
  "swift|c|h|cc|cpp|hpp|cs|fs|php|html|htm|css|scss|less|sass|vue|svelte|astro|yml|yaml|toml|ini|cfg|" +
  "conf|env|sh|bash|zsh|fish|ps1|bat|sql|graphql|proto|xml|svg|csv|tsv|lock|log|gradle|tf|lua|jl|dart|" +
  "ex|exs|erl|hs|ml|clj|scala|pl|png|jpg|jpeg|gif|webp|pdf";

const FILE = new RegExp(
  String.raw`^((?:~?\/|\.{1,2}\/)?(?:[\w@.+[\]()-]+\/)*[\w@.+[\]()-]*\.(?:${EXTENSIONS}))` +
    String.raw`(?::(\d{1,7})(?::(\d{1,5}))?|#L(\d{1,7})(?:-L?\d{1,7})?)?(?:-\d{1,7})?$`,
);

/** What is longer is no name that anyone would click on, in characters. */
const LENGTH_LIMIT = 300;

/** The file that a text names, if that is all it does. */
export function fileReference(text: string): FileReference | undefined {
  if (text.length > LENGTH_LIMIT) return undefined;
  const [, path, line, column, anchor] = FILE.exec(text) ?? [];
  if (!path) return undefined;
  const at = line ?? anchor;
  return {
    path,
    ...(at && { line: Number(at) }),
    ...(column && { column: Number(column) }),
  };
}

/** Punctuation around a name, which is not of it. */
const WORD = /^(["'“‘(<[]*)(.*?)([.,;:!?"'”’)>\]]*)$/s;

/**
 * A text in pieces, those that name a file apart. In running text a bare name is none: "node.js" is
 * a thing to talk about, "src/node.js" and "node.js:12" are places to look at.
 */
export function withFiles(
  text: string,
): readonly (string | { readonly text: string; readonly file: FileReference })[] {
  if (!text.includes("/") && !/\.\w+[:#]/.test(text)) return [text];
  const pieces: (string | { text: string; file: FileReference })[] = [];
  let plain = "";
  for (const word of text.split(/(\s+)/)) {
    const [, before = "", name = "", after = ""] =
      word.length <= LENGTH_LIMIT ? (WORD.exec(word) ?? []) : [];
    const [place, rest] = fileReference(name) ? [name, ""] : beforeColon(name);
    const file = fileReference(place);
    if (!file || (!place.includes("/") && file.line === undefined)) plain += word;
    else {
      if (plain + before) pieces.push(plain + before);
      pieces.push({ text: place, file });
      plain = rest + after;
    }
  }
  return plain ? [...pieces, plain] : pieces;
}

/** A place as grep writes it, apart from the line's text behind it. */
function beforeColon(name: string): readonly [place: string, rest: string] {
  const [, place, rest = ""] = /^([^:]+:\d+)(:.*)$/s.exec(name) ?? [];
  return place ? [place, rest] : [name, ""];
}
