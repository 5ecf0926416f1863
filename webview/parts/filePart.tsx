import type { FileUIPart } from "ai";
import type { JSX } from "preact";
import { Icon } from "../icon";
import { Visible } from "../visible";

/** A file that came with a message, by its name. */
export const FilePart = ({ part }: { part: FileUIPart }): JSX.Element => (
  <span class="chip" title={part.mediaType}>
    <Icon name={part.mediaType.startsWith("image/") ? "file-media" : "file"} />
    <span class="chip-name">
      <Visible text={part.filename ?? part.mediaType} />
    </span>
  </span>
);
