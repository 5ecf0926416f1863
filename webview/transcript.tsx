import { t } from "@vscode/l10n";
import type { TurnState } from "../src/shared/protocol";
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../src/shared/thread";
import { FindBar } from "./find/findBar";
import { useChat } from "./hooks/useChat";
import { useFinding } from "./hooks/useFinding";
import { useTranscriptScroll } from "./hooks/useTranscriptScroll";
import { Icon } from "./icon";
import { Pages } from "./pages";
import { Welcome } from "./welcome";

/** The conversation. It stays at its end while it grows, unless its reader has scrolled up. */
export function Transcript(): JSX.Element {
  const chat = useChat();
  const { scroller, content, scroll, pinned, wanted } = useTranscriptScroll();
  const messages = chat.messages.value;
  const sent = messages.findLast((message) => message.peek().role === "user")?.peek().id;
  const before = useRef(sent);

  // Who has sent a message wants to see what comes of it.
  useLayoutEffect(() => {
    if (sent !== before.current) scroll.current?.toEnd();
    before.current = sent;
  }, [sent]);

  // What comes before all else must not come into sight, not for a moment: it would be rendered, which
  // changes heights. The browser sees to it between the end and the very top.
  const first = messages[0]?.peek().id;
  const top = useRef(first);
  useLayoutEffect(() => {
    const before = top.current;
    top.current = first;
    const isLater = messages.findIndex((message) => message.peek().id === before) > 0;
    if (before === undefined || !isLater) return;
    if (pinned) scroll.current?.toEnd();
    else if (scroller.current?.scrollTop === 0)
      scroll.current?.toPlace({ message: before, offset: 0 });
  }, [first]);

  const { calls, finding, close } = useFinding();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !finding) return;
    event.preventDefault();
    close();
  };

  return (
    <main
      class={`conversation ${chat.switching.value ? "leaving" : ""}`}
      aria-busy={chat.switching.value}
      onKeyDown={onKeyDown}
    >
      <h1 class="sr-only">{chat.thread.value?.title}</h1>
      {finding && scroll.current && <FindBar scroll={scroll.current} calls={calls} close={close} />}
      {/* Not live, since it would be read out piece by piece: see `Announcements`. */}
      <div
        class={`transcript ${pinned ? "pinned" : ""}`}
        role="log"
        aria-label={t("Conversation")}
        aria-live="off"
        tabIndex={0}
        ref={scroller}
      >
        <div class="column" ref={content}>
          {messages.length === 0 && <Welcome />}
          <Pages messages={messages} earlier={chat.earlier.value} wanted={wanted} />
          <Working />
        </div>
      </div>
      {!pinned && <JumpToLatest act={() => scroll.current?.toEnd()} />}
    </main>
  );
}

/** For who has left the end. It has a dot once something is there that they have not seen. */
function JumpToLatest({ act }: { act: () => void }): JSX.Element {
  const { messages } = useChat();
  const latest = (): Message | undefined => messages.value.at(-1)?.value;
  const [seen] = useState(latest);
  const news = useComputed(() => latest() !== seen).value;
  return (
    <vscode-button class="to-end" appearance="secondary" onClick={act}>
      <span slot="start" class="codicon codicon-arrow-down" aria-hidden="true" />
      {t("Jump to latest")}
      {news && (
        <span class="news" title={t("There is something new")}>
          <span class="sr-only">{t(", there is something new")}</span>
        </span>
      )}
    </vscode-button>
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
      return turn.note ?? t("Working…");
    case "stopping":
      return t("Stopping…");
    case "elsewhere":
      return t("Working in another window…");
  }
}
