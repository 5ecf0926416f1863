import type { JSX } from "preact";
import { Markdown } from "../markdown/render";

interface TextPartProps {
  text: string;
  growing: boolean;
}

export const TextPart = ({ text, growing }: TextPartProps): JSX.Element | null =>
  text.trim() ? <Markdown text={text} growing={growing} /> : null;
