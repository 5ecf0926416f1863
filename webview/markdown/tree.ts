/**
 * A tree of our own from markdown-it's tokens. HTML is text, and only what may be opened becomes a
 * link, so that whatever renders the tree cannot do harm.
 */
import type { Token } from "markdown-it";
import { fileReference, withFiles, type FileReference } from "./files";

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
  | { readonly type: "file"; readonly file: FileReference; readonly children: readonly Node[] }
  | {
      readonly type: "code";
      readonly language: string;
      readonly text: string;
      /** Whether more of it is to come. */
      readonly open: boolean;
    }
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

/** Opening and closing tokens to nested nodes. `isOpen` tells a fence whose end is not there yet. */
export function treeOf(tokens: readonly Token[], isOpen: (fence: Token) => boolean): Node[] {
  const root: Node[] = [];
  const open: { token: Token; children: Node[] }[] = [];
  for (const token of tokens) {
    const children = open.at(-1)?.children ?? root;
    if (token.nesting > 0) open.push({ token, children: [] });
    else if (token.nesting === 0) addTo(children, leaf(token, isOpen));
    else {
      const closed = open.pop();
      if (closed) addTo(open.at(-1)?.children ?? root, branch(closed.token, closed.children));
    }
  }
  return root;
}

/** There may be more of them than a call has arguments. */
function addTo(children: Node[], nodes: readonly Node[]): void {
  for (const node of nodes) children.push(node);
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

function leaf(token: Token, isOpen: (fence: Token) => boolean): Node[] {
  switch (token.type) {
    case "inline":
      return treeOf(token.children ?? [], isOpen);
    case "fence":
    case "code_block":
      return [
        {
          type: "code",
          language: /^[^\s{]*/.exec(token.info.trim())?.[0] ?? "",
          text: token.content.replace(/\n$/, ""),
          open: token.type === "fence" && isOpen(token),
        },
      ];
    case "code_inline": {
      const code: Node = { type: "element", tag: "code", children: [token.content] };
      const file = fileReference(token.content);
      return file ? [{ type: "file", file, children: [code] }] : [code];
    }
    case "softbreak":
      return ["\n"];
    case "image": {
      // Loading a remote picture would tell its server that it was seen, so it is a link.
      const source = String(token.attrGet("src") ?? "");
      return link(source, [token.content || source]);
    }
    default:
      if (isTag(token.tag)) return [{ type: "element", tag: token.tag, children: [] }];
      return withFiles(token.content).flatMap((piece): Node[] => {
        if (typeof piece === "string") return piece ? [piece] : [];
        return [{ type: "file", file: piece.file, children: [piece.text] }];
      });
  }
}

/** A link to a place on the web or to a file; what leads anywhere else is text. */
function link(href: string, children: Node[]): Node[] {
  if (/^(?:https?|mailto):/i.test(href)) return [{ type: "link", href, children }];
  const file = href.startsWith("//") ? undefined : fileReference(decoded(href));
  return file ? [{ type: "file", file, children }] : children;
}

function decoded(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}

// A picture or a file's name in a link has become a link itself, and one cannot be inside another.
const withoutLink = (node: Node): readonly Node[] =>
  typeof node === "object" && (node.type === "link" || node.type === "file")
    ? node.children
    : [node];

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
