import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Change, DiffLine } from "../../src/shared/diff";
import { Visible } from "../visible";

/** Of a longer diff so many lines are on show, until its reader asks for all. */
const SHOWN_LINES = 200;

const SIGNS = { same: " ", added: "+", removed: "−", gap: "⋯" } as const;

/** The changed lines of a file, those that went above those that came. */
export function DiffView({ change }: { change: Change }): JSX.Element {
  const [whole, showWhole] = useState(false);
  const { lines } = change;
  const shown = whole || lines.length <= SHOWN_LINES ? lines : lines.slice(0, SHOWN_LINES);
  const digits = String(lines.reduce((most, { number = 0 }) => Math.max(most, number), 0)).length;
  const numbered = lines.some(({ number }) => number !== undefined);
  return (
    <>
      <div class="diff" role="group" aria-label={t("Changed lines")} tabIndex={0}>
        {shown.map((line, index) => (
          <DiffRow key={index} line={line} digits={numbered ? digits : 0} />
        ))}
      </div>
      {shown.length < lines.length && (
        <button type="button" class="quiet-button" data-unfolds onClick={() => showWhole(true)}>
          {t("Show all {0} lines", lines.length)}
        </button>
      )}
      {change.cut && shown.length === lines.length && (
        <p class="tool-label">{t("The rest of this change is too long to be kept here.")}</p>
      )}
    </>
  );
}

function DiffRow({ line, digits }: { line: DiffLine; digits: number }): JSX.Element {
  const { kind, text, number } = line;
  return (
    <div class={`diff-line ${kind}`}>
      {digits > 0 && (
        <span class="diff-number" aria-hidden="true">
          {String(number ?? "").padStart(digits)}
        </span>
      )}
      <span class="diff-sign">{SIGNS[kind]}</span>
      <span class="diff-text">
        <Visible text={text} />
      </span>
    </div>
  );
}

/** How many lines a change added and removed: "+12 −4". */
export const Counts = ({ added, removed }: { added: number; removed: number }): JSX.Element => (
  <span class="counts">
    <span class="count-added">+{added}</span> <span class="count-removed">−{removed}</span>
  </span>
);
