import type { JSX } from "preact";
import { FileLink } from "../markdown/fileLink";
import { withFiles } from "../markdown/files";
import { Visible } from "../visible";

/** Text as it is, in which the names of files open them. */
export const Linked = ({ text }: { text: string }): JSX.Element => (
  <>
    {withFiles(text).map((piece, index) =>
      typeof piece === "string" ? (
        <Visible key={index} text={piece} />
      ) : (
        <FileLink key={index} file={piece.file}>
          <Visible text={piece.text} />
        </FileLink>
      ),
    )}
  </>
);
