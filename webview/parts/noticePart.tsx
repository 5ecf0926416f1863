import type { JSX } from "preact";

/** A quiet line of our own between the messages. */
export const NoticePart = ({ text }: { text: string }): JSX.Element => <p class="notice">{text}</p>;
