import type { JSX } from "preact";
import { textOf, type Message } from "../src/shared/thread";
import { clock, usageDetails, usageLine } from "./format";
import { useCopy } from "./hooks/useCopy";
import { IconButton } from "./iconButton";

/** Under a complete answer: when it was, what it took, and a button that copies what was said. */
export function TurnFoot({ message }: { message: Message }): JSX.Element {
  const { createdAt, usage } = message;
  const text = textOf(message);
  const [copied, copy] = useCopy(text);
  return (
    <footer class="turn-foot">
      <time title={new Date(createdAt).toLocaleString()}>{clock(createdAt)}</time>
      {usage && (
        <span class="usage" title={usageDetails(usage)}>
          {usageLine(usage)}
        </span>
      )}
      {text.trim() && (
        <IconButton
          icon={copied ? "check" : "copy"}
          name={copied ? "Answer copied" : "Copy answer"}
          act={copy}
        />
      )}
    </footer>
  );
}
