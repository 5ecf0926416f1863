import type { TurnState } from "../src/shared/protocol";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { fileName } from "./format";
import { useChat } from "./hooks/useChat";
import { usePinnedScroll } from "./hooks/usePinnedScroll";
import { Icon } from "./icon";
import { MessageView } from "./message";

/** The conversation. It stays at its end while it grows, unless its reader has scrolled up. */
export function Transcript(): JSX.Element {
  const chat = useChat();
  const { scroller, content, pinned, toEnd } = usePinnedScroll();
  const messages = chat.messages.value;
  const last = messages.at(-1)?.peek();

  // Who has sent a message wants to see what comes of it.
  useLayoutEffect(() => {
    if (last?.role === "user") toEnd();
  }, [last?.id]);

  return (
    <main class="conversation">
      <h1 class="sr-only">{chat.thread.value?.title}</h1>
      {/* Not live, since it would be read out piece by piece: see `Announcements`. */}
      <div
        class="transcript"
        role="log"
        aria-label="Conversation"
        aria-live="off"
        tabIndex={0}
        ref={scroller}
      >
        <div class="column" ref={content}>
          {messages.length === 0 && <Welcome />}
          {messages.map((message, index) => (
            <MessageView key={message.peek().id} message={message} before={messages[index - 1]} />
          ))}
          <Working />
        </div>
      </div>
      {!pinned && (
        <vscode-button class="to-end" appearance="secondary" onClick={toEnd}>
          <span slot="start" class="codicon codicon-arrow-down" aria-hidden="true" />
          Jump to latest
        </vscode-button>
      )}
    </main>
  );
}

/** Says that Claude is at work, and what it waits for. */
function Working(): JSX.Element | null {
  const turn = useChat().turn.value;
  if (turn.phase === "idle") return null;
  return (
    <p class="working">
      <Icon name="loading" spin />
      <span>{workingText(turn)}</span>
    </p>
  );
}

function workingText(turn: Exclude<TurnState, { phase: "idle" }>): string {
  switch (turn.phase) {
    case "working":
      return turn.note ?? "Working…";
    case "stopping":
      return "Stopping…";
    case "elsewhere":
      return "Working in another window…";
  }
}

function Welcome(): JSX.Element {
  const chat = useChat();
  const scope = chat.thread.value?.scope;
  const sandbox = chat.sandbox.value;
  return (
    <section class="welcome">
      <Icon name="comment-discussion" />
      <h2>
        {scope?.type === "file" ? (
          <>
            Ask Claude about <span title={scope.id}>{fileName(scope.id)}</span>
          </>
        ) : (
          "Ask Claude about this workspace"
        )}
      </h2>
      <p>It reads, edits and runs things without asking, because it works in a sandbox.</p>
      <p class="welcome-sandbox">
        {sandbox.label}
        {READINESS[sandbox.state]}
      </p>
    </section>
  );
}

const READINESS = {
  unknown: " is being checked…",
  checking: " is being checked…",
  ready: " is ready.",
  offline: " is not ready.",
};
