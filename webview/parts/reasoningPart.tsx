import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import type { Part } from "../../src/shared/thread";
import { seconds } from "../format";
import { Icon } from "../icon";
import { Markdown } from "../markdown/render";
import { Disclosure } from "./disclosure";

/** A shorter thought’s time is not worth a word, in milliseconds. */
const NOTICEABLE = 1000;

type ReasoningPart = Extract<Part, { type: "reasoning" }>;

/** What Claude thought, folded away. Of thought that was kept from us there is at most its time. */
export function ReasoningPart({ part }: { part: ReasoningPart }): JSX.Element | null {
  const thinking = part.state === "streaming";
  const ms = timeOf(part);
  const name = thinking ? t("Thinking…") : thoughtFor(ms);
  if (!part.text.trim())
    return thinking || ms >= NOTICEABLE ? (
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

const timeOf = ({ startedAt, endedAt }: ReasoningPart): number =>
  startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt;

/** In whole seconds: more would be noise. */
const thoughtFor = (ms: number): string =>
  ms < NOTICEABLE ? t("Thought") : t("Thought for {0}", seconds(ms));
