import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { changeOf } from "../../src/shared/diff";
import type { ToolPart as Part } from "../../src/shared/thread";
import { spelledOut } from "../../src/shared/invisible";
import { useChat } from "../hooks/useChat";
import { Visible } from "../visible";
import type { Branch } from "./branches";
import { Counts } from "./diffView";
import { Disclosure } from "./disclosure";
import { ToolBody } from "./toolBody";
import { stateOf, ToolStateView } from "./toolState";
import { toolSummary, toolTitle } from "./toolSummary";

interface ToolPartProps {
  /** The message that the call is in. */
  message: string;
  part: Part;
  /** What a subagent did in this call. */
  nested: readonly Branch[] | undefined;
}

/** A tool call in one line, which opens to what went in, what was done, and what came out. */
export function ToolPart({ message, part, nested }: ToolPartProps): JSX.Element {
  const workspace = useChat().workspace.value;
  const change = changeOf(part);
  return (
    <Disclosure
      name={spelledOut(toolTitle(part.toolName))}
      summary={
        <>
          <span class="tool-about">
            <Visible text={toolSummary(part.input, workspace)} />
          </span>
          {nested && <span class="tool-steps">{stepCount(nested.length)}</span>}
          {change && <Counts added={change.added} removed={change.removed} />}
          <ToolStateView part={part} />
        </>
      }
      initially={nested !== undefined && stateOf(part) === "running"}
      class="tool"
      part={part.id}
    >
      <ToolBody message={message} part={part} change={change} nested={nested} />
    </Disclosure>
  );
}

const stepCount = (count: number): string => (count === 1 ? t("1 step") : t("{0} steps", count));
