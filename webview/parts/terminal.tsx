import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { parseAnsi } from "../ansi";
import { short } from "../format";
import { Linked } from "./linked";

/** Of a longer output the end is on show, where what went wrong stands; in characters. */
const SHOWN_LENGTH = 20_000;

/** What a program put out, in the terminal's colours. */
export function Terminal({ output, failed }: { output: string; failed: boolean }): JSX.Element {
  const [whole, showWhole] = useState(false);
  const cut = !whole && output.length > SHOWN_LENGTH;
  const spans = useMemo(() => parseAnsi(cut ? output.slice(-SHOWN_LENGTH) : output), [output, cut]);
  return (
    <>
      {cut && (
        <button type="button" class="quiet-button" data-unfolds onClick={() => showWhole(true)}>
          {t("Show all {0} characters", short(output.length))}
        </button>
      )}
      <pre class="plain terminal" data-field={failed ? "failed" : undefined} tabIndex={0}>
        {spans.map((span, index) =>
          span.class ? (
            <span key={index} class={span.class}>
              <Linked text={span.text} />
            </span>
          ) : (
            <Linked key={index} text={span.text} />
          ),
        )}
      </pre>
    </>
  );
}
