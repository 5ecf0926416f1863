import { t } from "@vscode/l10n";
import type { ComponentChildren, JSX } from "preact";
import { spelledOut } from "../../src/shared/invisible";
import { useChat } from "../hooks/useChat";
import type { FileReference } from "./files";

interface FileLinkProps {
  file: FileReference;
  children: ComponentChildren;
}

/** The name of a file, which opens it in the editor. */
export function FileLink({ file, children }: FileLinkProps): JSX.Element {
  const chat = useChat();
  const open = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    chat.openFile(file);
  };
  return (
    <a
      class="file-link"
      href="#"
      title={titleOf(file)}
      onClick={open}
      onAuxClick={(event) => event.preventDefault()}
    >
      {children}
    </a>
  );
}

const titleOf = ({ path, line }: FileReference): string =>
  line === undefined
    ? t("Open {0}", spelledOut(path))
    : t("Open {0}, line {1}", spelledOut(path), line);
