import type { JSX } from "preact";
import { Markdown } from "../markdown/render";

export const TextPart = ({ text }: { text: string }): JSX.Element | null =>
  text.trim() ? <Markdown text={text} /> : null;
