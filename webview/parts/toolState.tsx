import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { STOPPED, type ToolPart } from "../../src/shared/thread";
import { seconds } from "../format";
import { useNow } from "../hooks/useNow";
import { Icon } from "../icon";

export type ToolState = "preparing" | "running" | "done" | "failed" | "stopped";

const ICONS = {
  preparing: { name: "ellipsis" },
  running: { name: "loading", spin: true },
  done: { name: "check" },
  failed: { name: "error" },
  stopped: { name: "circle-slash" },
} as const;

export function stateOf(part: ToolPart): ToolState {
  switch (part.state) {
    case "input-streaming":
      return "preparing";
    case "output-available":
      return "done";
    case "output-error":
      return part.errorText === STOPPED ? "stopped" : "failed";
    case "output-denied":
      return "failed";
    default:
      return "running";
  }
}

function wordFor(state: ToolState): string {
  switch (state) {
    case "preparing":
      return t("preparing");
    case "running":
      return t("running");
    case "done":
      return t("done");
    case "failed":
      return t("failed");
    case "stopped":
      return t("stopped");
  }
}

/** How far a tool call is, and how long it takes or took. */
export function ToolStateView({ part }: { part: ToolPart }): JSX.Element {
  const state = stateOf(part);
  return (
    <>
      {state === "running" && part.startedAt !== undefined && <Elapsed since={part.startedAt} />}
      {state !== "running" && <Took part={part} />}
      <span class={`tool-state ${state}`} title={wordFor(state)}>
        <Icon {...ICONS[state]} />
        <span class="sr-only">{wordFor(state)}</span>
      </span>
    </>
  );
}

/** Times that nobody would notice are not worth a word, in milliseconds. */
const NOTICEABLE = 1000;

function Elapsed({ since }: { since: number }): JSX.Element | null {
  const elapsed = useNow(1000) - since;
  if (elapsed < NOTICEABLE) return null;
  return (
    <span class="tool-time" aria-hidden="true">
      {seconds(elapsed)}
    </span>
  );
}

function Took({ part: { startedAt, endedAt } }: { part: ToolPart }): JSX.Element | null {
  if (startedAt === undefined || endedAt === undefined || endedAt - startedAt < NOTICEABLE)
    return null;
  return <span class="tool-time">{seconds(endedAt - startedAt)}</span>;
}
