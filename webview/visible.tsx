import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { piecesOf } from "../src/shared/invisible";

/** Of more marks in one text nobody would learn anything, and they would take long to lay out. */
const MARKS_LIMIT = 500;

/**
 * Text, in which a small mark shows each place with invisible characters. They are in it still, for who
 * copies the text, but turn the order of nothing around them: a mark is a box of its own.
 */
export function Visible({ text }: { text: string }): JSX.Element {
  let marks = 0;
  return (
    <>
      {piecesOf(text).map((piece, index) => {
        if (typeof piece === "string") return piece;
        if (++marks > MARKS_LIMIT) return "\ufffd";
        return (
          <span
            key={index}
            class="hidden-mark"
            data-name={piece.name}
            title={t("Invisible characters")}
          >
            {piece.text}
          </span>
        );
      })}
    </>
  );
}
