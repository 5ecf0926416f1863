import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { textOf, type Message, type TurnError, type TurnErrorCode } from "../src/shared/thread";
import type { NextStep } from "../src/shared/protocol";
import { Boundary } from "./boundary";
import { usageDetails, usageLine } from "./format";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { memo } from "./memo";
import { branchesOf } from "./parts/branches";
import { Disclosure } from "./parts/disclosure";
import { FilePart } from "./parts/filePart";
import { LongText } from "./parts/longText";
import { NoticePart } from "./parts/noticePart";
import { PartList } from "./parts/partList";

/** A message in its place. One that cannot be shown leaves the others alone. */
export const MessageView = memo(function MessageView({
  message,
}: {
  message: ReadonlySignal<Message>;
}): JSX.Element {
  const chat = useChat();
  return (
    <Boundary
      fallback={(again) => <Unshowable message={message.peek()} again={again} />}
      onCrash={(error) =>
        chat.report(`A message could not be shown. ${error.stack ?? error.message}`)
      }
    >
      <ByRole message={message} />
    </Boundary>
  );
});

function ByRole({ message }: { message: ReadonlySignal<Message> }): JSX.Element {
  const shown = message.value;
  switch (shown.role) {
    case "user":
      return <UserMessage message={shown} />;
    case "assistant":
      return <ClaudeMessage message={shown} />;
    case "system":
      return <SystemMessage message={shown} />;
  }
}

const UserMessage = ({ message }: { message: Message }): JSX.Element => (
  <article class="message user" aria-label="You">
    {message.parts.map((part) =>
      part.type === "text" ? (
        <LongText key={part.id} text={part.text} field="said" />
      ) : (
        part.type === "file" && <FilePart key={part.id} part={part} />
      ),
    )}
  </article>
);

const ClaudeMessage = ({ message }: { message: Message }): JSX.Element => (
  <article class="message claude" aria-label="Claude">
    <PartList message={message.id} branches={branchesOf(message.parts)} />
    {message.error && <ErrorNote error={message.error} />}
    {message.status === "stopped" && (
      <p class="stopped">
        <Icon name="circle-slash" /> Stopped
      </p>
    )}
    {message.usage && message.status !== "streaming" && (
      <footer class="usage" title={usageDetails(message.usage)}>
        {usageLine(message.usage)}
      </footer>
    )}
  </article>
);

const SystemMessage = ({ message }: { message: Message }): JSX.Element => (
  <div class="message system">
    {message.parts.map((part) => {
      if (part.type === "data-notice") return <NoticePart key={part.id} text={part.data.text} />;
      return part.type === "text" && <NoticePart key={part.id} text={part.text} />;
    })}
  </div>
);

function ErrorNote({ error }: { error: TurnError }): JSX.Element {
  const chat = useChat();
  const next = NEXT[error.code];
  return (
    <Alert text={error.message}>
      {error.detail && (
        <Disclosure name="Details">
          <LongText text={error.detail} />
        </Disclosure>
      )}
      {next && <vscode-button onClick={() => chat.takeStep(next.step)}>{next.label}</vscode-button>}
    </Alert>
  );
}

/** The errors with an obvious way out. */
const NEXT: Partial<Record<TurnErrorCode, NextStep>> = {
  notLoggedIn: { step: "logIn", label: "Log In to Claude" },
  sandbox: { step: "checkSandbox", label: "Check Sandbox" },
};

const Unshowable = ({ message, again }: { message: Message; again: () => void }): JSX.Element => (
  <article class="message" aria-label={message.role === "user" ? "You" : "Claude"}>
    <Alert text="This message cannot be shown as it should be.">
      {textOf(message) && <LongText text={textOf(message)} />}
      <vscode-button appearance="secondary" onClick={again}>
        Try Again
      </vscode-button>
    </Alert>
  </article>
);

const Alert = ({ text, children }: { text: string; children: ComponentChildren }): JSX.Element => (
  <div class="alert" role="alert">
    <Icon name="error" />
    <div class="alert-body">
      <p>{text}</p>
      {children}
    </div>
  </div>
);
