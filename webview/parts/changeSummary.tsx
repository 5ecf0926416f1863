import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { changeOf } from "../../src/shared/diff";
import { spelledOut } from "../../src/shared/invisible";
import type { Message, Part } from "../../src/shared/thread";
import { fileName } from "../format";
import { useChat } from "../hooks/useChat";
import { Icon } from "../icon";
import { Visible } from "../visible";
import { Counts } from "./diffView";
import { relativePath } from "./toolSummary";

/** One file that a turn changed, by these tool calls. */
export interface ChangedFile {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly tools: readonly string[];
}

/** The files that were changed, in the order in which they first were. */
export function changedFiles(parts: readonly Part[]): readonly ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const part of parts) {
    if (part.type !== "dynamic-tool" || part.state !== "output-available") continue;
    const change = changeOf(part);
    if (!change) continue;
    const { path } = change;
    const { added = 0, removed = 0, tools = [] } = files.get(path) ?? {};
    files.set(path, {
      path,
      added: added + change.added,
      removed: removed + change.removed,
      tools: [...tools, part.id],
    });
  }
  return [...files.values()];
}

/** Of more files so many are on show, until the reader asks for all. */
const SHOWN_FILES = 8;

/** What a turn changed, file by file; each opens its diff. */
export function ChangeSummary({ message }: { message: Message }): JSX.Element | null {
  const [whole, showWhole] = useState(false);
  const files = changedFiles(message.parts);
  if (files.length === 0) return null;
  const shown = whole || files.length <= SHOWN_FILES + 1 ? files : files.slice(0, SHOWN_FILES);
  const sum = (name: "added" | "removed"): number =>
    files.reduce((total, file) => total + file[name], 0);
  return (
    <section class="changes" aria-label={t("Changed files")}>
      <p class="changes-head">
        <Icon name="diff-multiple" />
        {files.length === 1 ? t("1 file changed") : t("{0} files changed", files.length)}
        <Counts added={sum("added")} removed={sum("removed")} />
      </p>
      <ul>
        {shown.map((file) => (
          <ChangedFileRow key={file.path} message={message.id} file={file} />
        ))}
      </ul>
      {shown.length < files.length && (
        <button type="button" class="quiet-button" onClick={() => showWhole(true)}>
          {t("Show all {0} files", files.length)}
        </button>
      )}
    </section>
  );
}

interface ChangedFileRowProps {
  message: string;
  file: ChangedFile;
}

function ChangedFileRow({ message, file }: ChangedFileRowProps): JSX.Element {
  const chat = useChat();
  const path = relativePath(file.path, chat.workspace.value);
  const name = fileName(path);
  const folder = path.slice(0, -name.length - 1);
  return (
    <li>
      <button
        type="button"
        class="changed-file"
        title={t("Open the diff of {0}", spelledOut(path))}
        onClick={() => chat.openDiff(message, file.tools)}
      >
        <span class="changed-name">
          <Visible text={name} />
        </span>
        <span class="changed-folder">
          <Visible text={folder} />
        </span>
        <Counts added={file.added} removed={file.removed} />
      </button>
    </li>
  );
}
