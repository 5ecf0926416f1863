import { t } from "@vscode/l10n";
import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { spelledOut } from "../../src/shared/invisible";
import { useChat } from "../hooks/useChat";
import { useCopy } from "../hooks/useCopy";
import { IconButton } from "../iconButton";
import { Visible } from "../visible";
import { highlight, type Token } from "./highlight";

/** Of a longer block so many lines are on show, until its reader asks for all. */
const FOLDED_LINES = 24;

interface CodeBlockProps {
  language: string;
  text: string;
  /** Whether more of it is to come. It has its colours once it is complete. */
  open: boolean;
}

/** A block of code with its language, and what can be done with it. */
export function CodeBlock({ language, text, open }: CodeBlockProps): JSX.Element {
  const chat = useChat();
  const [copied, copy] = useCopy(text);
  const [wraps, wrap] = useState(false);
  const [whole, showWhole] = useState(false);
  const tokens = useMemo(() => (open ? [text] : highlight(text, language)), [text, language, open]);
  const lines = text.split("\n").length;
  // It is as high while it is written as it will be.
  const folded = !whole && lines > FOLDED_LINES + 4;
  return (
    <div class={`code ${wraps ? "wraps" : ""} ${folded ? "folded" : ""}`}>
      <div class="code-head">
        <span class="language">{spelledOut(language)}</span>
        <IconButton
          icon={copied ? "check" : "copy"}
          name={copied ? t("Copied") : t("Copy")}
          act={copy}
        />
        <IconButton icon="insert" name={t("Insert at cursor")} act={() => chat.insertCode(text)} />
        <IconButton
          icon="go-to-file"
          name={t("Open as a file")}
          act={() => chat.openCode(text, language)}
        />
        <IconButton
          icon="word-wrap"
          name={t("Wrap lines")}
          pressed={wraps}
          act={() => wrap(!wraps)}
        />
      </div>
      <pre tabIndex={0} aria-label={language ? t("Code, {0}", language) : t("Code")}>
        <code>{renderTokens(tokens)}</code>
      </pre>
      {folded && (
        <button
          type="button"
          class="quiet-button code-more"
          data-unfolds
          onClick={() => showWhole(true)}
        >
          {t("Show all {0} lines", lines)}
        </button>
      )}
    </div>
  );
}

const renderTokens = (tokens: readonly Token[]): ComponentChildren =>
  tokens.map((token, index) =>
    typeof token === "string" ? (
      <Visible key={index} text={token} />
    ) : (
      <span key={index} class={classOf(token.scope)}>
        {renderTokens(token.children)}
      </span>
    ),
  );

/** "title.function" is styled as a title, or as a function's. */
const classOf = (scope: string): string =>
  scope
    .split(".")
    .map((name) => `hl-${name.replace(/[^\w-]/g, "-")}`)
    .join(" ");
