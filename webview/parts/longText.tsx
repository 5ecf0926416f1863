import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { short } from "../format";

const SHOWN_LENGTH = 20_000;

/**
 * Text as it is. Of a very long one the beginning is shown, until its reader asks for the rest.
 * `field` names what the text is, for the style sheet.
 */
export function LongText({ text, field }: { text: string; field?: string }): JSX.Element {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > SHOWN_LENGTH;
  return (
    <>
      <pre class="plain" data-field={field}>
        {cut ? text.slice(0, SHOWN_LENGTH) : text}
      </pre>
      {cut && (
        <button type="button" class="quiet-button" onClick={() => setWhole(true)}>
          Show all {short(text.length)} characters
        </button>
      )}
    </>
  );
}
