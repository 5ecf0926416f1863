import type { JSX } from "preact";
import type { ToolPart as Part } from "../../src/shared/thread";
import { useChat } from "../hooks/useChat";
import { Icon } from "../icon";
import type { Branch } from "./branches";
import { CutText } from "./cutText";
import { Disclosure } from "./disclosure";
import { LongText } from "./longText";
import { PartList } from "./partList";
import { asText, toolFields, toolSummary, toolTitle } from "./toolSummary";

interface ToolPartProps {
  /** The message that the call is in. */
  message: string;
  part: Part;
  /** What a subagent did in this call. */
  nested: readonly Branch[] | undefined;
}

/** A tool call in one line, which opens to what went in, what was done, and what came out. */
export function ToolPart({ message, part, nested }: ToolPartProps): JSX.Element {
  const state = stateOf(part);
  return (
    <Disclosure
      name={toolTitle(part.toolName)}
      summary={
        <>
          <span class="tool-about">{toolSummary(part.input)}</span>
          {nested && <span class="tool-steps">{stepCount(nested.length)}</span>}
          <span class={`tool-state ${state}`}>
            <Icon {...ICONS[state]} />
            <span class="sr-only">{state}</span>
          </span>
        </>
      }
      initially={nested !== undefined && state === "running"}
      class="tool"
    >
      <Input part={part} />
      {nested && <PartList message={message} branches={nested} />}
      <Outcome message={message} part={part} />
    </Disclosure>
  );
}

type State = "running" | "done" | "failed";

const ICONS = {
  running: { name: "loading", spin: true },
  done: { name: "check" },
  failed: { name: "error" },
} as const;

function stateOf(part: Part): State {
  switch (part.state) {
    case "output-available":
      return "done";
    case "output-error":
    case "output-denied":
      return "failed";
    default:
      return "running";
  }
}

const stepCount = (count: number): string => (count === 1 ? "1 step" : `${count} steps`);

function Input({ part }: { part: Part }): JSX.Element {
  if (part.state === "input-streaming") return <LongText text={part.rawInput ?? ""} />;
  return (
    <>
      {toolFields(part.input).map(([name, text]) => (
        <div class="tool-field" key={name}>
          <span class="tool-label">{name}</span>
          <LongText text={text} field={name} />
        </div>
      ))}
    </>
  );
}

function Outcome({ message, part }: { message: string; part: Part }): JSX.Element | null {
  if (part.state === "output-error")
    return (
      <div class="tool-field">
        <span class="tool-label">error</span>
        <OutputText message={message} part={part} text={part.errorText} field="failed" />
      </div>
    );
  if (part.state !== "output-available") return null;
  return (
    <div class="tool-field">
      <span class="tool-label">output</span>
      <OutputText message={message} part={part} text={asText(part.output) || "(nothing)"} />
    </div>
  );
}

interface OutputTextProps {
  message: string;
  part: Part;
  text: string;
  field?: string | undefined;
}

function OutputText({ message, part, text, field }: OutputTextProps): JSX.Element {
  const chat = useChat();
  if (!part.omitted) return <LongText text={text} field={field} />;
  const load = () => chat.output(message, part.id);
  return <CutText text={text} omitted={part.omitted} load={load} field={field} />;
}
