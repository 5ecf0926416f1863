import { t } from "@vscode/l10n";
import type { NextStep } from "../src/shared/protocol";
import { effect } from "@preact/signals";
import type { TextArea } from "@vscode/webview-ui-toolkit";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useChat } from "./hooks/useChat";
import { pressAgain, useStopByEscape } from "./hooks/useStopByEscape";
import { Icon } from "./icon";
import { isComposing } from "./isComposing";
import { promptsOf, recalled } from "./promptHistory";
import { SandboxStatus } from "./sandboxStatus";

/** Where a message is written and sent, and a turn is stopped. */
export function Composer(): JSX.Element {
  const chat = useChat();
  const input = useRef<TextArea>(null);
  const draft = chat.draft.value;
  const stopAsked = useStopByEscape();

  // At once: an effect of Preact's comes after the next frame, and a key may come before that.
  useLayoutEffect(
    () =>
      effect(() => {
        if (chat.focusCalls.value > 0) input.current?.focus();
      }),
    [chat],
  );

  // The toolkit takes a value over a frame later: until then a key would go to what another thread had.
  useLayoutEffect(() => {
    const control = input.current?.control;
    if (control && control.value !== draft) control.value = draft;
  }, [draft]);

  /** Has the arrows go through earlier prompts, for as long as the cursor is at the text's end. */
  const recall = (event: KeyboardEvent, { control }: TextArea): void => {
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    if (control.selectionStart < control.value.length) return;
    const prompts = promptsOf(chat.messages.peek().map((message) => message.peek()));
    const prompt = recalled(prompts, draft, event.key === "ArrowUp" ? "older" : "newer");
    if (prompt === undefined) return;
    event.preventDefault();
    chat.write(prompt);
  };

  const onKeyDown = (event: TargetedKeyboardEvent<TextArea>): void => {
    if (isComposing(event)) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") recall(event, event.currentTarget);
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    void chat.send();
  };

  return (
    <div class="composer">
      {chat.problem.value && (
        <p class="problem" role="alert">
          <Icon name="info" />
          <span>{chat.problem.value.text}</span>
          {chat.problem.value.next && <NextStepButton next={chat.problem.value.next} />}
        </p>
      )}
      <div class="composer-box">
        {/* The toolkit takes the accessible name from the content, and overwrites an aria-label. */}
        <vscode-text-area
          ref={input}
          resize="none"
          rows={2}
          placeholder={t("Ask Claude to do something")}
          value={draft}
          onInput={(event) => chat.write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        >
          {t("Message Claude")}
        </vscode-text-area>
        <div class="composer-foot">
          <SandboxStatus />
          {stopAsked.value && <span class="press-again">{pressAgain()}</span>}
          <SendOrStop />
        </div>
      </div>
    </div>
  );
}

function NextStepButton({ next }: { next: NextStep }): JSX.Element {
  const chat = useChat();
  return <vscode-button onClick={() => chat.takeStep(next.step)}>{next.label}</vscode-button>;
}

function SendOrStop(): JSX.Element {
  const chat = useChat();
  // A thread that was chosen a moment ago is on show soon, and what is sent meanwhile waits for it.
  const phase = chat.switching.value ? "idle" : chat.turn.value.phase;
  // The button that was pressed goes away, and the focus should not go with it.
  const andFocus = (act: () => unknown) => (): void => {
    void act();
    chat.focus();
  };
  if (phase === "idle" || phase === "elsewhere")
    return (
      <vscode-button
        appearance="icon"
        aria-label={t("Send")}
        title={t("Send (Enter)")}
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
      {phase === "stopping" ? t("Stopping…") : t("Stop")}
    </vscode-button>
  );
}
