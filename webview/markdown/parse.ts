/**
 * Markdown to a tree of our own. HTML is text, and only what may be opened becomes a link, so that
 * whatever renders the tree cannot do harm.
 */
import MarkdownIt, { type Env, type Token } from "markdown-it";

export type Node =
  | string
  | { readonly type: "element"; readonly tag: Tag; readonly children: readonly Node[] }
  | { readonly type: "list"; readonly start: number; readonly children: readonly Node[] }
  | {
      readonly type: "cell";
      readonly tag: "th" | "td";
      readonly align: Align;
      readonly children: readonly Node[];
    }
  | { readonly type: "link"; readonly href: string; readonly children: readonly Node[] }
  | { readonly type: "code"; readonly language: string; readonly text: string }
  | { readonly type: "task"; readonly done: boolean }
  | { readonly type: "plain"; readonly text: string };

export type Align = "left" | "center" | "right" | undefined;

const TAGS = [
  "p",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "ul",
  "li",
  "blockquote",
  "table",
  "thead",
  "tbody",
  "tr",
  "strong",
  "em",
  "s",
  "code",
  "br",
  "hr",
] as const;
export type Tag = (typeof TAGS)[number];

/** A top-level piece of a document, with the lines that it was made from. */
export interface Block {
  readonly source: string;
  readonly node: Node;
}

export interface Document {
  readonly blocks: readonly Block[];
  /** The link definitions, which any block may use. */
  readonly references: string;
}

/** A longer text is shown as it is: formatting it would take longer than a frame or two. */
const LENGTH_LIMIT = 100_000;
/** What is nested deeper is shown as it is: markdown-it would leave it out. */
const NESTING_LIMIT = 50;

const markdown = new MarkdownIt({ html: false, linkify: true, maxNesting: NESTING_LIMIT });
// A path such as "readme.md" or "main.rs" is no host name.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/**
 * Parses a text. Blocks that `previous`, an earlier state of the text, already has are taken from
 * it, so that what shows a block can tell by its identity that nothing changed.
 */
export function parse(text: string, previous?: Document): Document {
  if (text.length > LENGTH_LIMIT) return plain(text);
  const env: Env = {};
  const tokens = markdown.parse(text, env);
  if (tokens.some(({ level }) => level >= NESTING_LIMIT - 1)) return plain(text);

  const references = JSON.stringify(env.references ?? {});
  const known = previous?.references === references ? previous.blocks : [];
  const lines = text.split(/\r\n|\r|\n/);
  const blocks = topLevel(tokens).map((group, index) => {
    const [from, to] = group[0]?.map ?? [0, 0];
    const source = lines.slice(from, to).join("\n");
    const old = known[index];
    return old?.source === source ? old : { source, node: treeOf(group)[0] ?? "" };
  });
  return { blocks, references };
}

const plain = (text: string): Document => ({
  blocks: [{ source: text, node: { type: "plain", text } }],
  references: "",
});

/** The tokens of each top-level block. */
function topLevel(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0) groups.push([]);
    groups.at(-1)?.push(token);
  }
  return groups;
}

/** Opening and closing tokens to nested nodes. */
function treeOf(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const open: { token: Token; children: Node[] }[] = [];
  for (const token of tokens) {
    const children = open.at(-1)?.children ?? root;
    if (token.nesting > 0) open.push({ token, children: [] });
    else if (token.nesting === 0) children.push(...leaf(token));
    else {
      const closed = open.pop();
      if (closed) (open.at(-1)?.children ?? root).push(...branch(closed.token, closed.children));
    }
  }
  return root;
}

function branch(token: Token, children: Node[]): Node[] {
  // The paragraphs of a tight list are there for the parser's sake only.
  if (token.hidden) return children;
  const { tag } = token;
  switch (tag) {
    case "a":
      return link(String(token.attrGet("href") ?? ""), children.flatMap(withoutLink));
    case "ol":
      return [{ type: "list", start: Number(token.attrGet("start") ?? 1), children }];
    case "th":
    case "td":
      return [{ type: "cell", tag, align: alignOf(token), children }];
    case "li":
      return [{ type: "element", tag, children: withTask(children) }];
    default:
      return isTag(tag) ? [{ type: "element", tag, children }] : children;
  }
}

function leaf(token: Token): Node[] {
  switch (token.type) {
    case "inline":
      return treeOf(token.children ?? []);
    case "fence":
    case "code_block":
      return [
        {
          type: "code",
          language: /^\S*/.exec(token.info.trim())?.[0] ?? "",
          text: token.content.replace(/\n$/, ""),
        },
      ];
    case "code_inline":
      return [{ type: "element", tag: "code", children: [token.content] }];
    case "softbreak":
      return ["\n"];
    case "image": {
      // Loading a remote picture would tell its server that it was seen, so it is a link.
      const source = String(token.attrGet("src") ?? "");
      return link(source, [token.content || source]);
    }
    default:
      if (isTag(token.tag)) return [{ type: "element", tag: token.tag, children: [] }];
      return token.content ? [token.content] : [];
  }
}

const link = (href: string, children: Node[]): Node[] =>
  /^(?:https?|mailto):/i.test(href) ? [{ type: "link", href, children }] : children;

// A picture in a link has become a link itself, and one cannot be inside another.
const withoutLink = (node: Node): readonly Node[] =>
  typeof node === "object" && node.type === "link" ? node.children : [node];

function alignOf(token: Token): Align {
  const [, align] = /^text-align:(left|center|right)$/.exec(String(token.attrGet("style"))) ?? [];
  return align as Align;
}

/** "[x] done" at the beginning of a list item is a box to tick. */
function withTask(children: readonly Node[]): readonly Node[] {
  const [first, ...rest] = children;
  if (typeof first === "object" && first.type === "element" && first.tag === "p")
    return [{ ...first, children: withTask(first.children) }, ...rest];
  if (typeof first !== "string") return children;
  const [mark] = /^\[[ xX]\] /.exec(first) ?? [];
  return mark
    ? [{ type: "task", done: mark[1] !== " " }, first.slice(mark.length), ...rest]
    : children;
}

const isTag = (tag: string): tag is Tag => (TAGS as readonly string[]).includes(tag);
