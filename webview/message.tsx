import { t } from "@vscode/l10n";
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { textOf, type Message, type TurnError, type TurnErrorCode } from "../src/shared/thread";
import type { NextStep } from "../src/shared/protocol";
import { Boundary } from "./boundary";
import { clock, day, isSameDay, moment } from "./format";
import { ERROR } from "./find/texts";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { memo } from "./memo";
import { branchesOf, type Branch } from "./parts/branches";
import { ChangeSummary } from "./parts/changeSummary";
import { Checklist } from "./parts/checklist";
import { Disclosure } from "./parts/disclosure";
import { FilePart } from "./parts/filePart";
import { HostFiles } from "./parts/hostFiles";
import { LongText } from "./parts/longText";
import { NoticePart } from "./parts/noticePart";
import { PartList } from "./parts/partList";
import { isTaskCall, tasksAfter, tasksBefore } from "./tasks";
import { TurnFoot } from "./turnFoot";
import { Visible } from "./visible";

/** Which of how many messages it is, where not all of them are in the document. */
interface Numbered {
  at: number | undefined;
  of: number | undefined;
}

interface MessageViewProps extends Numbered {
  message: ReadonlySignal<Message>;
  /** The message before it. */
  before: ReadonlySignal<Message> | undefined;
}

/** A message in its place. One that cannot be shown leaves the others alone. */
export const MessageView = memo(function MessageView({
  message,
  before,
  at,
  of,
}: MessageViewProps): JSX.Element {
  const chat = useChat();
  return (
    <Boundary
      fallback={(again) => <Unshowable message={message.peek()} again={again} />}
      onCrash={(error) =>
        chat.report(`A message could not be shown. ${error.stack ?? error.message}`)
      }
    >
      <DayLine at={message.peek().createdAt} after={before?.peek().createdAt} />
      <ByRole message={message} at={at} of={of} />
    </Boundary>
  );
});

/** Between the messages of one day and those of the next. */
function DayLine({ at, after }: { at: number; after: number | undefined }): JSX.Element | null {
  if (after === undefined || isSameDay(at, after)) return null;
  return <p class="notice day">{day(at, Date.now())}</p>;
}

interface ByRoleProps extends Numbered {
  message: ReadonlySignal<Message>;
}

function ByRole({ message, at, of }: ByRoleProps): JSX.Element {
  const shown = message.value;
  switch (shown.role) {
    case "user":
      return <UserMessage message={shown} at={at} of={of} />;
    case "assistant":
      return <ClaudeMessage message={shown} at={at} of={of} />;
    case "system":
      return <SystemMessage message={shown} />;
  }
}

interface ArticleProps extends Numbered {
  message: Message;
}

function UserMessage({ message, at, of }: ArticleProps): JSX.Element {
  const chat = useChat();
  return (
    <article
      class="message user"
      aria-label={t("You")}
      aria-posinset={at}
      aria-setsize={of}
      data-message={message.id}
    >
      {message.parts.map((part) =>
        part.type === "text" ? (
          <LongText key={part.id} text={part.text} field="said" />
        ) : (
          part.type === "file" && <FilePart key={part.id} part={part} />
        ),
      )}
      {chat.hasContext(message) && (
        <button type="button" class="context-sent" onClick={() => chat.openContext(message.id)}>
          {t("Context sent")}
        </button>
      )}
      <time class="sent-at" title={moment(message.createdAt)}>
        {clock(message.createdAt)}
      </time>
    </article>
  );
}

const ClaudeMessage = ({ message, at, of }: ArticleProps): JSX.Element => (
  <article
    class="message claude"
    aria-label="Claude"
    aria-posinset={at}
    aria-setsize={of}
    data-message={message.id}
  >
    {withOneList(branchesOf(message.parts)).map((branches) =>
      branches === "tasks" ? (
        <Tasks key="tasks" message={message} />
      ) : (
        <PartList key={branches[0]?.part.id} message={message.id} branches={branches} />
      ),
    )}
    <HostFiles message={message} />
    {message.status !== "streaming" && <ChangeSummary message={message} />}
    {message.error && <ErrorNote error={message.error} />}
    {message.status === "stopped" && (
      <p class="stopped">
        <Icon name="circle-slash" /> {t("Stopped")}
      </p>
    )}
    {message.status !== "streaming" && <TurnFoot message={message} />}
  </article>
);

/** The list as this message leaves it. */
function Tasks({ message }: { message: Message }): JSX.Element {
  const chat = useChat();
  // The beginning of a long thread comes later than its end.
  const messages = chat.messages.value;
  const before = useMemo(() => tasksBefore(messages, message.id), [messages[0], message.id]);
  return <Checklist tasks={tasksAfter(before, message.parts)} />;
}

/** The calls that keep the list of tasks are shown as that list, where the first of them is. */
function withOneList(branches: readonly Branch[]): readonly (readonly Branch[] | "tasks")[] {
  const first = branches.findIndex(({ part }) => isTaskCall(part));
  if (first < 0) return [branches];
  const others = branches.slice(first).filter(({ part }) => !isTaskCall(part));
  return [branches.slice(0, first), "tasks" as const, others].filter(({ length }) => length > 0);
}

const SystemMessage = ({ message }: { message: Message }): JSX.Element => (
  <div class="message system" data-message={message.id}>
    {message.parts.map((part) => {
      if (part.type === "data-notice") return <NoticePart key={part.id} text={part.data.text} />;
      return part.type === "text" && <NoticePart key={part.id} text={part.text} />;
    })}
  </div>
);

function ErrorNote({ error }: { error: TurnError }): JSX.Element {
  const chat = useChat();
  const next = nextStep(error.code);
  return (
    <Alert text={error.message} part={ERROR}>
      {error.detail && (
        <Disclosure name={t("Details")}>
          <LongText text={error.detail} />
        </Disclosure>
      )}
      {next && <vscode-button onClick={() => chat.takeStep(next.step)}>{next.label}</vscode-button>}
    </Alert>
  );
}

/** The way out of an error that has an obvious one. */
function nextStep(code: TurnErrorCode): NextStep | undefined {
  if (code === "notLoggedIn") return { step: "logIn", label: t("Log In to Claude…") };
  return code === "sandbox" ? { step: "checkSandbox", label: t("Check Sandbox") } : undefined;
}

const Unshowable = ({ message, again }: { message: Message; again: () => void }): JSX.Element => (
  <article
    class="message"
    aria-label={message.role === "user" ? t("You") : "Claude"}
    data-message={message.id}
  >
    <Alert text={t("This message cannot be shown as it should be.")}>
      {textOf(message) && <LongText text={textOf(message)} />}
      <vscode-button appearance="secondary" onClick={again}>
        {t("Try Again")}
      </vscode-button>
    </Alert>
  </article>
);

interface AlertProps {
  text: string;
  part?: string;
  children: ComponentChildren;
}

const Alert = ({ text, part, children }: AlertProps): JSX.Element => (
  <div class="alert" role="alert" data-part={part}>
    <Icon name="error" />
    <div class="alert-body">
      <p>
        <Visible text={text} />
      </p>
      {children}
    </div>
  </div>
);
