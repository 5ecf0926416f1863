import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import type { Change } from "../../src/shared/diff";
import { spelledOut } from "../../src/shared/invisible";
import type { ToolPart } from "../../src/shared/thread";
import { useChat } from "../hooks/useChat";
import { FileLink } from "../markdown/fileLink";
import { Markdown } from "../markdown/render";
import { Visible } from "../visible";
import type { Branch } from "./branches";
import { CutText } from "./cutText";
import { DiffView } from "./diffView";
import { LongText } from "./longText";
import { errorOf, outputOf } from "./outcome";
import { PartList } from "./partList";
import { Terminal } from "./terminal";
import { relativePath, textField, toolFields } from "./toolSummary";

interface CallProps {
  /** The message that the call is in. */
  message: string;
  part: ToolPart;
}

interface ToolBodyProps extends CallProps {
  change: Change | undefined;
  nested: readonly Branch[] | undefined;
}

/** What a tool call opens to, in the way that suits the tool. */
export function ToolBody({ message, part, change, nested }: ToolBodyProps): JSX.Element {
  if (part.state === "input-streaming") return <LongText text={part.rawInput ?? ""} />;
  if (change) return <ChangeBody message={message} part={part} change={change} />;
  switch (part.toolName) {
    case "Bash":
      return <BashBody message={message} part={part} />;
    case "Read":
      return <ReadBody message={message} part={part} />;
    case "Agent":
    case "Task":
      return <AgentBody message={message} part={part} nested={nested} />;
    default:
      return (
        <>
          <Fields part={part} />
          {nested && <PartList message={message} branches={nested} />}
          <Outcome message={message} part={part} />
        </>
      );
  }
}

function BashBody({ message, part }: CallProps): JSX.Element {
  const description = textField(part.input, "description");
  return (
    <>
      {description && <p class="tool-label">{spelledOut(description)}</p>}
      <pre class="plain command" tabIndex={0}>
        <Visible text={textField(part.input, "command")} />
      </pre>
      <Outcome message={message} part={part} />
    </>
  );
}

function ReadBody({ message, part }: CallProps): JSX.Element {
  return (
    <>
      <Path path={textField(part.input, "file_path")} />
      <Outcome message={message} part={part} />
    </>
  );
}

function AgentBody({ message, part, nested }: Omit<ToolBodyProps, "change">): JSX.Element {
  const answer = part.state === "output-available" ? outputOf(part) : "";
  return (
    <>
      <LongText text={textField(part.input, "prompt")} field="said" />
      {nested && <PartList message={message} branches={nested} />}
      {answer ? (
        <Markdown text={answer} growing={false} />
      ) : (
        <Outcome message={message} part={part} />
      )}
    </>
  );
}

function ChangeBody({ message, part, change }: CallProps & { change: Change }): JSX.Element {
  const chat = useChat();
  return (
    <>
      <div class="change-head">
        <Path path={change.path} />
        {part.state === "output-available" && (
          <button
            type="button"
            class="quiet-button"
            onClick={() => chat.openDiff(message, [part.id])}
          >
            {t("Open Diff")}
          </button>
        )}
      </div>
      <DiffView change={change} />
      {part.state === "output-error" && <Outcome message={message} part={part} />}
    </>
  );
}

function Path({ path }: { path: string }): JSX.Element {
  const workspace = useChat().workspace.value;
  return (
    <span class="tool-path">
      <FileLink file={{ path }}>
        <Visible text={relativePath(path, workspace)} />
      </FileLink>
    </span>
  );
}

const Fields = ({ part }: { part: ToolPart }): JSX.Element => (
  <>
    {toolFields(part.input).map(([name, text]) => (
      <div class="tool-field" key={name}>
        <span class="tool-label">{spelledOut(name)}</span>
        <LongText text={text} field={name} />
      </div>
    ))}
  </>
);

function Outcome({ message, part }: CallProps): JSX.Element | null {
  if (part.state === "output-error") {
    const { code, text: output } = errorOf(part);
    return (
      <div class="tool-field">
        <span class="tool-label">{code === undefined ? t("error") : t("exit code {0}", code)}</span>
        {output && (
          <Output message={message} part={part} text={output} failed={code === undefined} />
        )}
      </div>
    );
  }
  if (part.state !== "output-available") return null;
  return (
    <div class="tool-field">
      <span class="tool-label">{t("output")}</span>
      <Output
        message={message}
        part={part}
        text={outputOf(part) || t("(nothing)")}
        failed={false}
      />
    </div>
  );
}

interface OutputProps extends CallProps {
  text: string;
  failed: boolean;
}

function Output({ message, part, text, failed }: OutputProps): JSX.Element {
  const chat = useChat();
  if (!part.omitted) return <Terminal output={text} failed={failed} />;
  const load = () => chat.output(message, part.id);
  const field = failed ? "failed" : undefined;
  return <CutText text={text} omitted={part.omitted} load={load} field={field} />;
}
