import { t } from "@vscode/l10n";
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useChat } from "../hooks/useChat";
import { IconButton } from "../iconButton";
import type { TranscriptScroll } from "../scroll";
import { Find } from "./find";
import { Marks } from "./marks";

/** While an answer streams, it is searched again this often, in milliseconds. */
const AGAIN_MS = 250;

interface FindBarProps {
  scroll: TranscriptScroll;
  /** Goes up each time that the cursor belongs here. */
  calls: number;
  close: () => void;
}

/** Finds text in the thread on show, wherever it is, also in what is folded. */
export function FindBar({ scroll, calls, close }: FindBarProps): JSX.Element {
  const chat = useChat();
  const [find] = useState(() => new Find(chat.messages, () => chat.workspace.peek()));
  const marks = useRef<Marks>(null);
  const input = useRef<HTMLInputElement>(null);

  // In a layout effect, since the marks go with the bar: Preact cleans up other effects a frame later.
  useLayoutEffect(() => {
    const made = (marks.current = new Marks(find, scroll));
    return () => {
      find.close();
      made.dispose();
    };
  }, [scroll]);

  // At once, since the next key is for it.
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, [calls]);

  const again = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSignalEffect(() => {
    // Nearly always it is the last message that changes.
    const last = chat.messages.value.at(-1)?.value;
    if (last)
      again.current ??= setTimeout(() => {
        again.current = undefined;
        void find.again();
      }, AGAIN_MS);
  });

  const show = (): void => void marks.current?.showCurrent();
  const look = (query: string): void => {
    const from = scroll.inSight()[0]?.dataset["message"];
    void find.look(query, from).then(show);
  };
  const go = (by: number): void => {
    find.go(by);
    show();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  };

  const found = find.count.value > 0;
  return (
    <div class="find" role="search" aria-label={t("Find in thread")}>
      <input
        ref={input}
        type="text"
        aria-label={t("Find in thread")}
        placeholder={t("Find")}
        spellcheck={false}
        onInput={(event) => look(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="find-count" aria-live="polite">
        {found
          ? t("{0} of {1}", find.number.value, find.count.value)
          : find.pattern.value && t("No results")}
      </span>
      <IconButton icon="arrow-up" name={t("Previous match")} act={() => go(-1)} disabled={!found} />
      <IconButton icon="arrow-down" name={t("Next match")} act={() => go(1)} disabled={!found} />
      <IconButton icon="close" name={t("Close find")} act={close} />
    </div>
  );
}
