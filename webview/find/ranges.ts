/** Where a pattern is in the document. What is read is what `texts.ts` tells. */
import { BREAK } from "./pattern";

/** The elements whose text is searched. What stands around them is for the panel's own words. */
const TEXTS =
  ".markdown, .plain, .diff-text, .tool-path, .task-title, .tool > .disclosure-line > .disclosure-name, .message > .notice, .alert-body > p";

/** What is in them, but not of the text. */
const ASIDE = ".code-head, button, .sr-only";

const INLINE: ReadonlySet<string> = new Set(["STRONG", "EM", "S", "CODE", "A", "SPAN"]);

/** The ranges of a pattern in one part of a message, which has the attribute `data-part`, or in the message's own text. */
export function rangesIn(root: HTMLElement, pattern: RegExp): readonly Range[] {
  const inner = [...root.querySelectorAll<HTMLElement>(TEXTS)];
  const texts = root.matches(TEXTS) ? [root, ...inner] : inner;
  return texts.filter((element) => isOwn(root, element)).flatMap((text) => rangesOf(text, pattern));
}

/** Whether a text is of this part and not of one nested in it, and no piece of another text. */
function isOwn(root: HTMLElement, text: HTMLElement): boolean {
  if (partOf(text) !== root) return false;
  const around = text === root ? null : text.parentElement?.closest(TEXTS);
  return !around || !root.contains(around);
}

/** The element of the part, or else of the message, that an element is in. */
export const partOf = (element: Element): HTMLElement | null =>
  element.closest<HTMLElement>("[data-part], [data-message]");

function rangesOf(element: HTMLElement, pattern: RegExp): Range[] {
  const nodes: { readonly node: Text; readonly from: number }[] = [];
  let text = "";
  const walk = (parent: Node): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (node instanceof Text) {
        nodes.push({ node, from: text.length });
        text += node.data;
      } else if (node instanceof Element && !node.matches(ASIDE)) {
        const apart = !INLINE.has(node.tagName);
        if (apart) text += BREAK;
        walk(node);
        if (apart) text += BREAK;
      }
    }
  };
  walk(element);
  const ranges: Range[] = [];
  let index = 0;
  for (const match of text.matchAll(pattern)) {
    const range = new Range();
    const end = match.index + match[0].length;
    while (index + 1 < nodes.length && (nodes[index + 1]?.from ?? 0) <= match.index) index++;
    const first = nodes[index];
    let last = index;
    while (last + 1 < nodes.length && (nodes[last + 1]?.from ?? 0) < end) last++;
    const final = nodes[last];
    if (!first || !final) continue;
    range.setStart(first.node, match.index - first.from);
    range.setEnd(final.node, end - final.from);
    ranges.push(range);
  }
  return ranges;
}
