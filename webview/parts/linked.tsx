import { Fragment, type JSX } from "preact";
import { FileLink } from "../markdown/fileLink";
import { withFiles } from "../markdown/files";

/** Text as it is, in which the names of files open them. */
export const Linked = ({ text }: { text: string }): JSX.Element => (
  <>
    {withFiles(text).map((piece, index) =>
      typeof piece === "string" ? (
        <Fragment key={index}>{piece}</Fragment>
      ) : (
        <FileLink key={index} file={piece.file}>
          {piece.text}
        </FileLink>
      ),
    )}
  </>
);
