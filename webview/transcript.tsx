import type { TurnState } from "../src/shared/protocol";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { useChat } from "./hooks/useChat";
import { usePinnedScroll } from "./hooks/usePinnedScroll";
import { Icon } from "./icon";
import { MessageView } from "./message";
import { Welcome } from "./welcome";

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
      {/* Not live, since it would be read out piece by piece; what is complete is spoken elsewhere. */}
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
