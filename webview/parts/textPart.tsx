import type { JSX } from "preact";
import { Markdown } from "../markdown/render";

interface TextPartProps {
  id: string;
  text: string;
  growing: boolean;
}

export const TextPart = ({ id, text, growing }: TextPartProps): JSX.Element | null =>
  text.trim() ? <Markdown part={id} text={text} growing={growing} /> : null;
