import type { JSX } from "preact";
import { Visible } from "../visible";

/** A quiet line of our own between the messages. */
export const NoticePart = ({ text }: { text: string }): JSX.Element => (
  <p class="notice">
    <span class="notice-text">
      <Visible text={text} />
    </span>
  </p>
);
