import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { type HostFile, momentText } from "../../src/shared/hostFile";
import { spelledOut } from "../../src/shared/invisible";
import type { HostFilesPart, Message } from "../../src/shared/thread";
import { useChat } from "../hooks/useChat";
import { Icon } from "../icon";
import { Visible } from "../visible";

/** What a turn changed of that which its user's own machine runs: the silent one by one, the usual in a line. */
export function HostFiles({ message }: { message: Message }): JSX.Element | null {
  const part = message.parts.find((part) => part.type === "data-host-files");
  if (part?.type !== "data-host-files") return null;
  const { files, more = 0, usual } = part.data;
  return (
    <>
      {files.length > 0 && (
        <section class="banner host-files" aria-label={t("Files your machine may run")}>
          <Icon name="warning" />
          <div class="alert-body">
            <p>{headline(files)}</p>
            <ul>
              {files.map((file) => (
                <HostFileRow key={file.path} message={message.id} file={file} />
              ))}
            </ul>
            {more > 0 && <p>{t("And {0} more.", more)}</p>}
          </div>
        </section>
      )}
      {usual.length > 0 && <Usual paths={usual} />}
    </>
  );
}

const headline = (files: readonly HostFile[]): string =>
  files.every(({ outcome }) => outcome === "heldBack")
    ? t("What your own machine would run was taken back")
    : t("This turn changed what your own machine runs");

/** What runs when its user builds or tests, and what ordinary work changes. */
const Usual = ({ paths }: { paths: HostFilesPart["data"]["usual"] }): JSX.Element => (
  <p class="host-files-usual">
    {t("Also changed, and run when you build, test or push:")} <Visible text={paths.join(", ")} />
  </p>
);

interface HostFileRowProps {
  message: string;
  file: HostFile;
}

function HostFileRow({ message, file }: HostFileRowProps): JSX.Element {
  const chat = useChat();
  const { path, keys, change, program, moment, outcome, final } = file;
  const button = (name: string, action: "show" | "undo" | "keep"): JSX.Element => (
    <vscode-button
      appearance="secondary"
      aria-label={t("{0}: {1}", name, spelledOut(path))}
      onClick={() => chat.hostFile(message, path, action)}
    >
      {name}
    </vscode-button>
  );
  return (
    <li>
      <div class="host-file">
        <code>
          <Visible text={path} />
        </code>
        {keys && (
          <span class="host-file-keys">
            <Visible text={keys.join(", ")} />
          </span>
        )}
        <span class="host-file-why">
          {stateOf(change, outcome)}{" "}
          {outcome !== undefined && outcome !== "kept"
            ? t("{0} would run it {1}.", program, momentText(moment))
            : t("{0} runs it {1}.", program, momentText(moment))}
        </span>
      </div>
      {!final && (
        <div class="host-file-actions">
          {button(t("Show"), "show")}
          {outcome === undefined && button(t("Undo"), "undo")}
          {outcome === "heldBack" && button(t("Keep"), "keep")}
        </div>
      )}
    </li>
  );
}

function stateOf(change: HostFile["change"], outcome: HostFile["outcome"]): string {
  if (outcome === "heldBack") return t("Taken back.");
  if (outcome === "undone") return t("Undone.");
  if (outcome === "kept") return t("Kept.");
  if (outcome === "reverted") return t("Changed and put back during the turn.");
  if (change === "added") return t("New.");
  return change === "removed" ? t("Removed.") : t("Changed.");
}
