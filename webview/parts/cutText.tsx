import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Omitted } from "../../src/shared/thread";
import { plainText } from "../ansi";
import { bytes } from "../format";
import { Icon } from "../icon";
import { PlainText } from "./plainText";

interface CutTextProps {
  /** The beginning and the end of a text. */
  text: string;
  omitted: Omitted;
  /** Gets the whole text. Rejects with a sentence for its reader. */
  load: () => Promise<string>;
  field?: string | undefined;
}

type Whole =
  | { readonly state: "unasked" | "asked" }
  | { readonly state: "there"; readonly text: string }
  | { readonly state: "failed"; readonly why: string };

/**
 * The beginning and the end of a text that the host keeps, until its reader asks for all of it. It is
 * too long for a terminal's colours.
 */
export function CutText({ text, omitted, load, field }: CutTextProps): JSX.Element {
  const [whole, setWhole] = useState<Whole>({ state: "unasked" });
  if (whole.state === "there") return <PlainText text={plainText(whole.text)} field={field} />;
  const showAll = () => {
    setWhole({ state: "asked" });
    load().then(
      (all) => setWhole({ state: "there", text: all }),
      (error: unknown) => setWhole({ state: "failed", why: messageOf(error) }),
    );
  };
  return (
    <>
      <PlainText text={plainText(text.slice(0, omitted.at))} field={field} />
      <p class="notice">{t("… {0} are left out …", bytes(omitted.bytes))}</p>
      <PlainText text={plainText(text.slice(omitted.at))} field={field} />
      {whole.state === "failed" && (
        <p class="problem" role="alert">
          <Icon name="error" />
          <span>{whole.why}</span>
        </p>
      )}
      <button
        type="button"
        class="quiet-button"
        disabled={whole.state === "asked"}
        onClick={showAll}
      >
        {whole.state === "asked" && <Icon name="loading" spin />}
        {t("Show all")}
      </button>
    </>
  );
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
