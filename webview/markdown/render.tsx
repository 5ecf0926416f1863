import { t } from "@vscode/l10n";
import { Component, Fragment, type ComponentChildren, type JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { useChat } from "../hooks/useChat";
import { memo } from "../memo";
import { LongText } from "../parts/longText";
import { Visible } from "../visible";
import { CodeBlock } from "./codeBlock";
import { FileLink } from "./fileLink";
import { fileReference } from "./files";
import { parse, type Block, type Document } from "./parse";
import type { Node } from "./tree";

interface MarkdownProps {
  text: string;
  /** Whether more of the text is to come. */
  growing: boolean;
  /** The id of the part that this is all of. */
  part?: string;
}

/** Text as Markdown. While it grows, only the blocks that changed render again. */
export const Markdown = memo(function Markdown({
  text,
  growing,
  part,
}: MarkdownProps): JSX.Element {
  const last = useRef<Document>(undefined);
  const document = useMemo(
    () => (last.current = parse(text, last.current, growing)),
    [text, growing],
  );
  return (
    <div class="markdown" data-part={part}>
      {cut(document.blocks, CHAPTER).map((blocks, index) => (
        <Chapter key={index} blocks={blocks} />
      ))}
    </div>
  );
});

/** So many blocks are looked at as one, and these again, so that a long text grows as fast as a short one. */
const PAGE = 20;
const CHAPTER = 20 * PAGE;

function cut(blocks: readonly Block[], length: number): readonly (readonly Block[])[] {
  const count = Math.ceil(blocks.length / length);
  return Array.from({ length: count }, (_, at) => blocks.slice(at * length, (at + 1) * length));
}

interface BlocksProps {
  blocks: readonly Block[];
}

abstract class Blocks extends Component<BlocksProps> {
  override shouldComponentUpdate({ blocks }: BlocksProps): boolean {
    const before = this.props.blocks;
    return blocks.length !== before.length || blocks.some((block, at) => block !== before[at]);
  }
}

class Chapter extends Blocks {
  override render({ blocks }: BlocksProps): ComponentChildren {
    return cut(blocks, PAGE).map((page, index) => <Page key={index} blocks={page} />);
  }
}

class Page extends Blocks {
  override render({ blocks }: BlocksProps): JSX.Element {
    return (
      <div class="page">
        {blocks.map((block, index) => (
          <BlockView key={index} block={block} />
        ))}
      </div>
    );
  }
}

const BlockView = memo(({ block }: { block: Block }) => <>{render(block.node)}</>);

const renderAll = (nodes: readonly Node[]): ComponentChildren =>
  nodes.map((node, index) => <Fragment key={index}>{render(node)}</Fragment>);

function render(node: Node): ComponentChildren {
  if (typeof node === "string") return <Visible text={node} />;
  switch (node.type) {
    case "element": {
      const Tag = node.tag;
      const element = <Tag>{renderAll(node.children)}</Tag>;
      // A wide table scrolls by itself, so that the transcript never does sideways.
      return Tag === "table" ? <div class="table">{element}</div> : element;
    }
    case "list":
      return <ol start={node.start}>{renderAll(node.children)}</ol>;
    case "cell": {
      const Tag = node.tag;
      return <Tag class={node.align}>{renderAll(node.children)}</Tag>;
    }
    case "link":
      return <Link href={node.href}>{renderAll(node.children)}</Link>;
    case "file":
      return <FileLink file={node.file}>{renderAll(node.children)}</FileLink>;
    case "code":
      return <CodeBlock language={node.language} text={node.text} open={node.open} />;
    case "task":
      return <input type="checkbox" aria-label={t("Done")} disabled checked={node.done} />;
    case "plain":
      return <LongText text={node.text} />;
  }
}

function Link({ href, children }: { href: string; children: ComponentChildren }): JSX.Element {
  const chat = useChat();
  const open = (event: Event): void => {
    // VS Code would open what is clicked by itself, past the host's check.
    event.preventDefault();
    event.stopPropagation();
    // A file's name ends as some hosts do, and names none.
    const link = event.currentTarget;
    const text = link instanceof Element ? link.textContent : "";
    chat.openLink(href, fileReference(text) ? "" : text);
  };
  return (
    <a href={href} title={href} onClick={open} onAuxClick={(event) => event.preventDefault()}>
      {children}
    </a>
  );
}
