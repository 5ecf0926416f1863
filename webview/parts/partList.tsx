import type { JSX } from "preact";
import type { Part } from "../../src/shared/thread";
import { memo } from "../memo";
import type { Branch } from "./branches";
import { FilePart } from "./filePart";
import { NoticePart } from "./noticePart";
import { ReasoningPart } from "./reasoningPart";
import { TextPart } from "./textPart";
import { ToolPart } from "./toolPart";

interface PartListProps {
  /** The message that they are in. */
  message: string;
  branches: readonly Branch[];
}

/** Parts in their order. */
export const PartList = ({ message, branches }: PartListProps): JSX.Element => (
  <>
    {branches.map(({ part, nested }) => (
      <PartView
        key={part.id}
        message={message}
        part={part}
        nested={nested.length > 0 ? nested : undefined}
      />
    ))}
  </>
);

interface PartViewProps {
  message: string;
  part: Part;
  nested: readonly Branch[] | undefined;
}

const PartView = memo(function PartView({ message, part, nested }: PartViewProps): JSX.Element {
  switch (part.type) {
    case "text":
      return <TextPart id={part.id} text={part.text} growing={part.state === "streaming"} />;
    case "reasoning":
      return <ReasoningPart part={part} />;
    case "dynamic-tool":
      return <ToolPart message={message} part={part} nested={nested} />;
    case "file":
      return <FilePart part={part} />;
    case "data-notice":
      return <NoticePart text={part.data.text} />;
    default:
      // A newer version of the extension may have stored parts of other kinds.
      return <></>;
  }
});
