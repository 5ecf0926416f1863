import { t } from "@vscode/l10n";
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isComposing } from "../isComposing";
import { useChat } from "./useChat";

/** The second press counts so long after the first, in milliseconds. */
const AGAIN_WITHIN = 2000;

export const pressAgain = (): string => t("Press Escape again to stop");

/**
 * Has Escape stop Claude when it is pressed twice, since once it is pressed for many reasons. The signal
 * is true while the second press would stop.
 */
export function useStopByEscape(): ReadonlySignal<boolean> {
  const chat = useChat();
  const asked = useSignal(false);
  const thread = chat.thread.value?.id;
  const isWorking = chat.turn.value.phase === "working";

  useEffect(() => {
    if (!isWorking) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = (): void => void (asked.value = false);
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.repeat || event.defaultPrevented || isComposing(event))
        return;
      clearTimeout(timer);
      if (asked.peek()) {
        forget();
        chat.stop();
        return;
      }
      asked.value = true;
      chat.announcer.say(pressAgain());
      timer = setTimeout(forget, AGAIN_WITHIN);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      clearTimeout(timer);
      forget();
    };
  }, [thread, isWorking]);

  return asked;
}
