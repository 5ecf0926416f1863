import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { short } from "../format";
import { PlainText } from "./plainText";

const SHOWN_LENGTH = 20_000;

/**
 * Text as it is. Of a very long one the beginning is shown, until its reader asks for the rest.
 * `field` names what the text is, for the style sheet.
 */
export function LongText({
  text,
  field,
}: {
  text: string;
  field?: string | undefined;
}): JSX.Element {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > SHOWN_LENGTH;
  return (
    <>
      <PlainText text={cut ? text.slice(0, SHOWN_LENGTH) : text} field={field} />
      {cut && (
        <button type="button" class="quiet-button" data-unfolds onClick={() => setWhole(true)}>
          {t("Show all {0} characters", short(text.length))}
        </button>
      )}
    </>
  );
}
