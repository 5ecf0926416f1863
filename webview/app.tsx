import { t } from "@vscode/l10n";
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

/** So long an announcement stays, in milliseconds. */
const ANNOUNCED_MS = 1000;

/** The panel. */
export const App = ({ chat }: { chat: Chat }): JSX.Element => (
  <ChatContext.Provider value={chat}>
    <Panel />
    <Announcements />
  </ChatContext.Provider>
);

function Panel(): JSX.Element {
  const chat = useChat();
  const thread = chat.thread.value;
  if (chat.broken.value) return <Broken reason={chat.broken.value} />;
  if (!thread)
    return (
      <main class="loading">
        <Icon name="loading" spin /> {t("Loading…")}
      </main>
    );
  return (
    <div class="panel">
      <ThreadSelector />
      <Transcript key={thread.id} />
      <section class="foot" aria-label={t("Your message")}>
        <div class="column">
          <ReadOnlyBanner />
          <UnsavedBanner />
          <SandboxBanner />
          <Composer />
        </div>
      </section>
    </div>
  );
}

/** Gives a screen reader what it should say, and takes it away before its user comes across it. */
function Announcements(): JSX.Element {
  const { announcer } = useChat();
  const announcements = announcer.announcements.value;
  const last = announcements.at(-1);
  useEffect(() => {
    if (last) setTimeout(() => announcer.hush(last), ANNOUNCED_MS);
  }, [last]);
  return (
    <div class="sr-only" aria-live="polite">
      {announcements.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}

function Broken({ reason }: { reason: string }): JSX.Element {
  const chat = useChat();
  return (
    <main class="broken">
      <div class="alert" role="alert">
        <Icon name="error" />
        <div class="alert-body">
          <p>{t("The chat cannot be shown. {0}", reason)}</p>
          <vscode-button onClick={() => void chat.start()}>{t("Try Again")}</vscode-button>
        </div>
      </div>
    </main>
  );
}
