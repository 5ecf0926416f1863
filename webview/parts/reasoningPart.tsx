import type { JSX } from "preact";
import type { Part } from "../../src/shared/thread";
import { seconds } from "../format";
import { Icon } from "../icon";
import { Markdown } from "../markdown/render";
import { Disclosure } from "./disclosure";

type ReasoningPart = Extract<Part, { type: "reasoning" }>;

/** What Claude thought, folded away. Of thought that was kept from us there is at most its time. */
export function ReasoningPart({ part }: { part: ReasoningPart }): JSX.Element | null {
  const thinking = part.state === "streaming";
  const name = thinking ? "Thinking…" : thoughtFor(part);
  if (!part.text.trim())
    return thinking || name !== "Thought" ? (
      <p class="untold">
        <Icon name="lightbulb" /> {name}
      </p>
    ) : null;
  return (
    <Disclosure name={name} class="reasoning" part={part.id}>
      <Markdown text={part.text} growing={thinking} />
    </Disclosure>
  );
}

/** In whole seconds: more would be noise. */
const thoughtFor = ({ startedAt, endedAt }: ReasoningPart): string => {
  const ms = startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt;
  return ms < 1000 ? "Thought" : `Thought for ${seconds(ms)}`;
};
