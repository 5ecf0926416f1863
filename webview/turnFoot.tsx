import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { textOf, type Message } from "../src/shared/thread";
import { clock, moment, usageDetails, usageLine } from "./format";
import { useCopy } from "./hooks/useCopy";
import { IconButton } from "./iconButton";

/** Under a complete answer: when it was, what it took, and a button that copies what was said. */
export function TurnFoot({ message }: { message: Message }): JSX.Element {
  const { createdAt, usage } = message;
  const text = textOf(message);
  const [copied, copy] = useCopy(text);
  return (
    <footer class="turn-foot">
      <time title={moment(createdAt)}>{clock(createdAt)}</time>
      {usage && (
        <span class="usage" title={usageDetails(usage)}>
          {usageLine(usage)}
        </span>
      )}
      {text.trim() && (
        <IconButton
          icon={copied ? "check" : "copy"}
          name={copied ? t("Answer copied") : t("Copy answer")}
          act={copy}
        />
      )}
    </footer>
  );
}
