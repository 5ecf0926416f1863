/** The colours of code: what each piece of it is, by highlight.js's names. No HTML is made on the way. */
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** A piece of code, or several under a name such as "keyword" or "title.function". */
export type Token = string | { readonly scope: string; readonly children: readonly Token[] };

const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  markdown,
  php,
  python,
  ruby,
  rust,
  shell,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
hljs.registerAliases(["jsonc", "json5"], { languageName: "json" });
hljs.registerAliases(["svelte", "vue"], { languageName: "xml" });

/** Longer code stays as it is: its colours would take longer than a frame or two. In characters. */
const LENGTH_LIMIT = 20_000;
/** The same for languages whose grammars read on from each word, as far as there are more. */
const SLOW_LIMIT = 5_000;
const SLOW = new Set(["C#", "C", "C++", "Shell Session", "TOML, also INI"]);
/**
 * So does code with a longer line, which is no one's to read. The grammars look again and again at some
 * lines: one of 30,000 characters can take them minutes.
 */
const LINE_LIMIT = 500;

/** The pieces of a code; one of a language that we do not know is one piece. */
export function highlight(code: string, language: string): readonly Token[] {
  const grammar = hljs.getLanguage(language);
  const limit = SLOW.has(grammar?.name ?? "") ? SLOW_LIMIT : LENGTH_LIMIT;
  if (!grammar || code.length > limit || hasLongLine(code) || BLANK.test(code)) return [code];
  const { _emitter } = hljs.highlight(code, { language, ignoreIllegals: true });
  return (_emitter as unknown as { readonly rootNode: Root }).rootNode.children.map((raw) =>
    token(raw),
  );
}

const hasLongLine = (code: string): boolean =>
  code.split("\n").some(({ length }) => length > LINE_LIMIT);

/** Most grammars read on from each line end, as far as there are more. */
const BLANK = /(?:[\r\n][ \t]*){100}/;

interface Root {
  readonly children: readonly Raw[];
}
type Raw = string | { readonly scope?: string; readonly children: readonly Raw[] };

/** What is nested deeper has no colours of its own: each pair of braces may be in another. */
const DEEPEST = 50;

function token(raw: Raw, depth = 0): Token {
  if (typeof raw === "string") return raw;
  const children =
    depth < DEEPEST ? raw.children.map((child) => token(child, depth + 1)) : [textOf(raw)];
  return { scope: raw.scope ?? "", children };
}

/** The text of a piece, however deep it is in others. */
function textOf(raw: Raw): string {
  let text = "";
  const rest = [raw];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === "string") text += next;
    else for (const child of next.children.toReversed()) rest.push(child);
  }
  return text;
}
