import type { ReasoningUIPart } from "ai";
import type { JSX } from "preact";
import { Markdown } from "../markdown/render";
import { Disclosure } from "./disclosure";

/** What Claude thought, folded away. Thought that was kept from us leaves nothing to show. */
export function ReasoningPart({ part }: { part: ReasoningUIPart }): JSX.Element | null {
  const thinking = part.state === "streaming";
  if (!thinking && !part.text.trim()) return null;
  return (
    <Disclosure name={thinking ? "Thinking…" : "Thought"} class="reasoning">
      <Markdown text={part.text} />
    </Disclosure>
  );
}
