import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Composer } from "./composer";
import { ChatContext, useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { ReadOnlyBanner } from "./readOnlyBanner";
import { SandboxBanner } from "./sandboxStatus";
import type { Chat } from "./state";
import { ThreadSelector } from "./threadSelector";
import { Transcript } from "./transcript";
import { UnsavedBanner } from "./unsavedBanner";

const SPOKEN_MS = 1000;

/** The panel. */
export const App = ({ chat }: { chat: Chat }): JSX.Element => (
  <ChatContext.Provider value={chat}>
    <Panel />
    <Spoken />
  </ChatContext.Provider>
);

function Panel(): JSX.Element {
  const chat = useChat();
  const thread = chat.thread.value?.id;
  if (chat.broken.value) return <Broken reason={chat.broken.value} />;
  if (!thread)
    return (
      <p class="loading">
        <Icon name="loading" spin /> Loading…
      </p>
    );
  return (
    <div class="panel">
      <ThreadSelector />
      <Transcript key={thread} />
      <div class="foot">
        <div class="column">
          <ReadOnlyBanner />
          <UnsavedBanner />
          <SandboxBanner />
          <Composer />
        </div>
      </div>
    </div>
  );
}

/** Gives a screen reader what it should say, and takes it away before its user comes across it. */
function Spoken(): JSX.Element {
  const chat = useChat();
  const text = chat.spoken.value;
  useEffect(() => {
    const timer = setTimeout(() => chat.hush(), SPOKEN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="sr-only" aria-live="polite">
      {text}
    </div>
  );
}

function Broken({ reason }: { reason: string }): JSX.Element {
  const chat = useChat();
  return (
    <div class="broken">
      <div class="alert" role="alert">
        <Icon name="error" />
        <div class="alert-body">
          <p>The chat cannot be shown. {reason}</p>
          <vscode-button onClick={() => void chat.start()}>Try Again</vscode-button>
        </div>
      </div>
    </div>
  );
}
