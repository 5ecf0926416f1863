import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { spelledOut } from "../src/shared/invisible";
import { missingFile } from "../src/shared/missingFile";
import { relativeTime } from "../src/shared/relativeTime";
import { shownTitle } from "../src/shared/title";
import { fileName } from "./format";
import { useChat } from "./hooks/useChat";
import { useNow } from "./hooks/useNow";
import { Icon } from "./icon";
import { Visible } from "./visible";

const MINUTE = 60_000;

/** Which thread one writes in, the others, and a new one. */
export function ThreadSelector(): JSX.Element {
  const chat = useChat();
  const now = useNow(MINUTE);
  const current = chat.selected.value;

  const open = (select: HTMLSelectElement): void => {
    const chosen = select.value;
    // It shows what is selected, which may be what was before if that cannot be shown.
    select.value = current?.id ?? "";
    chat.openThread(chosen);
  };

  return (
    <header class="header">
      <div class="threads">
        {/* A native list: the toolkit's names each option once and for all, and stays in the panel. */}
        <select
          aria-label={t("Thread")}
          title={current ? shownTitle(current.title) : undefined}
          value={current?.id}
          onChange={(event) => open(event.currentTarget)}
        >
          {chat.threads.value.map(({ id, title, updatedAt }) => (
            <option key={id} value={id}>
              {shownTitle(title)}
              {id !== current?.id && ` · ${relativeTime(updatedAt, now)}`}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </div>
      {current?.scope.type === "file" && <FileChip path={current.scope.id} />}
      <vscode-button
        appearance="icon"
        aria-label={t("New thread")}
        title={t("New thread")}
        onClick={() => chat.newThread()}
      >
        <span class="codicon codicon-add" aria-hidden="true" />
      </vscode-button>
    </header>
  );
}

/** The file that the thread is about, marked while it is not there. */
function FileChip({ path }: { path: string }): JSX.Element {
  const missing = useChat().fileMissing.value;
  const shown = spelledOut(path);
  const title = missing ? missingFile(shown) : shown;
  return (
    <span class="chip" title={title}>
      <Icon name={missing ? "warning" : "file"} />
      <span class="chip-name">
        {missing ? (
          <s>
            <Visible text={fileName(path)} />
          </s>
        ) : (
          <Visible text={fileName(path)} />
        )}
      </span>
      {missing && <span class="sr-only">{t("not there")}</span>}
    </span>
  );
}
