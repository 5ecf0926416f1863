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
      title={`Open ${spelledOut(file.path)}${file.line === undefined ? "" : `, line ${file.line}`}`}
      onClick={open}
      onAuxClick={(event) => event.preventDefault()}
    >
      {children}
    </a>
  );
}
