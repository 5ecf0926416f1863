import type { NextStep } from "../src/shared/protocol";
import { useSignalEffect } from "@preact/signals";
import type { TextArea } from "@vscode/webview-ui-toolkit";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { SandboxStatus } from "./sandboxStatus";

/** Where a message is written and sent, and a turn is stopped. */
export function Composer(): JSX.Element {
  const chat = useChat();
  const input = useRef<TextArea>(null);
  const draft = chat.draft.value;

  useSignalEffect(() => {
    if (chat.focusCalls.value > 0) input.current?.focus();
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    void chat.send();
  };

  return (
    <div class="composer">
      {chat.problem.value && (
        <p class="problem" role="alert">
          <Icon name="info" />
          <span>{chat.problem.value}</span>
          {chat.next.value && <NextStepButton next={chat.next.value} />}
        </p>
      )}
      <div class="composer-box">
        {/* The toolkit takes the accessible name from the content, and overwrites an aria-label. */}
        <vscode-text-area
          ref={input}
          resize="none"
          rows={2}
          placeholder="Ask Claude to do something"
          value={draft}
          onInput={(event) => chat.write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        >
          Message Claude
        </vscode-text-area>
        <div class="composer-foot">
          <SandboxStatus />
          <SendOrStop />
        </div>
      </div>
    </div>
  );
}

/** While an input method composes, Enter takes its word. Some say so by the key's code alone. */
const isComposing = (event: KeyboardEvent): boolean =>
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  event.isComposing || event.keyCode === 229;

function NextStepButton({ next }: { next: NextStep }): JSX.Element {
  const chat = useChat();
  return <vscode-button onClick={() => chat.takeStep(next.step)}>{next.label}</vscode-button>;
}

function SendOrStop(): JSX.Element {
  const chat = useChat();
  const { phase } = chat.turn.value;
  // The button that was pressed goes away, and the focus should not go with it.
  const andFocus = (act: () => unknown) => (): void => {
    void act();
    chat.focus();
  };
  if (phase === "idle" || phase === "elsewhere")
    return (
      <vscode-button
        appearance="icon"
        aria-label="Send"
        title="Send (Enter)"
        disabled={
          phase === "elsewhere" ||
          chat.readOnly.value !== null ||
          chat.sending.value ||
          !chat.draft.value.trim()
        }
        onClick={andFocus(() => chat.send())}
      >
        <span class="codicon codicon-send" aria-hidden="true" />
      </vscode-button>
    );
  return (
    <vscode-button
      appearance="secondary"
      disabled={phase === "stopping"}
      onClick={andFocus(() => chat.stop())}
    >
      <span slot="start" class="codicon codicon-debug-stop" aria-hidden="true" />
      {phase === "stopping" ? "Stopping…" : "Stop"}
    </vscode-button>
  );
}
