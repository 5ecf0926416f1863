/**
 * The messages of a thread in pages. Of a long thread, a page that is far off is empty and keeps its
 * height, so that only what is near costs time and memory.
 *
 * The browser decides what is near, by `content-visibility`: what is in sight or a little beyond it, and
 * what has the focus or a part of the selection, wherever it is. So who selects everything can copy it.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Message } from "../src/shared/thread";
import { memo } from "./memo";
import { MessageView } from "./message";
import { FILL } from "./scroll";

type Messages = readonly ReadonlySignal<Message>[];

/** So many messages are a page, which is rendered at once: in no more than a frame, and most fill a panel. */
const PAGE = 5;
/** A thread of no more messages is rendered whole, and stays so. */
const FEW = 200;
/** What a message is high that was never rendered, in pixels. */
const EXPECTED = 200;

interface PagesProps {
  messages: Messages;
  /** So many come before them and are still on their way. */
  earlier: number;
  /** The id of a message that must be rendered, wherever it is. */
  wanted: string | undefined;
}

/** All messages, as far as they are near or wanted. */
export function Pages({ messages, earlier, wanted }: PagesProps): JSX.Element {
  const pages = usePages(messages);
  const count = earlier + messages.length;
  const many = count > FEW;
  // What cannot be in sight yet would make its reader wait. It follows a page each frame, from the end.
  const last = lastOf(messages.length, pages);
  const begin = pages[0]?.key ?? 0;
  const [from, setFrom] = useState(pages.at(-last)?.key ?? begin);
  useEffect(() => {
    if (many || from <= begin) return;
    const frame = requestAnimationFrame(() => setFrom(from - 1));
    return () => cancelAnimationFrame(frame);
  }, [many, from, begin]);
  return (
    <>
      {pages.map(({ page, key, at }, index) => (
        <Page
          key={key}
          messages={page}
          before={messages[at - 1]}
          first={earlier + at + 1}
          of={many ? count : undefined}
          rests={many || key < from}
          needed={
            index >= pages.length - last || page.some((message) => message.peek().id === wanted)
          }
        />
      ))}
    </>
  );
}

/** How many pages at the end hold as many messages as a page has: the last may be of one alone. */
const lastOf = (count: number, pages: readonly { readonly at: number }[]): number =>
  (pages.at(-1)?.at ?? 0) > count - PAGE ? 2 : 1;

/**
 * The messages in pages, and where each begins. Messages that are added at the beginning leave the pages
 * of the others, and their keys, as they were.
 */
function usePages(
  messages: Messages,
): readonly { readonly page: Messages; readonly key: number; readonly at: number }[] {
  const known = useRef({ first: messages[0], added: 0 });
  return useMemo(() => {
    const { first, added } = known.current;
    const more = first ? Math.max(0, messages.indexOf(first)) : 0;
    known.current = { first: messages[0], added: added + more };
    const since = added + more;
    const short = since % PAGE;
    const count = Math.ceil((messages.length - short) / PAGE);
    const starts = Array.from({ length: count }, (_, at) => short + at * PAGE);
    return (short > 0 ? [0, ...starts] : starts).map((at, index, all) => ({
      page: messages.slice(at, all[index + 1]),
      key: Math.floor((at - since) / PAGE),
      at,
    }));
  }, [messages]);
}

interface PageProps {
  messages: Messages;
  /** The message before the first of them. */
  before: ReadonlySignal<Message> | undefined;
  /** The number of the first of them, from 1. */
  first: number;
  /** How many messages the thread has, where they are so many that not all should be rendered. */
  of: number | undefined;
  /** Whether they are rendered only when they are near. */
  rests: boolean;
  /** Whether these must be rendered in any case. */
  needed: boolean;
}

const Page = memo(function Page(props: PageProps): JSX.Element {
  const { messages, before, first, of, rests, needed } = props;
  const element = useRef<HTMLDivElement>(null);
  /** In pixels, as it was when it was near. */
  const height = useRef(messages.length * EXPECTED);
  /** Whether its reader has opened or changed something in it, which is not to be lost. */
  const used = useRef(false);
  const stays = !rests || needed;
  const [near, setNear] = useState(stays);
  // It may be in sight when it need not stay any more. If it is not, the browser tells so.
  if (stays && !near) setNear(true);

  useLayoutEffect(() => {
    const page = element.current;
    if (!page || stays) return;
    const onChange = (event: Event): void => {
      // Longer texts have pieces that are skipped by themselves.
      if (event.target !== page || !(event instanceof ContentVisibilityAutoStateChangeEvent))
        return;
      if (!event.skipped) return setNear(true);
      // A panel that is not on show has no height.
      height.current = page.offsetHeight || height.current;
      if (!used.current) setNear(false);
    };
    const fill = (): void => setNear(true);
    page.addEventListener("contentvisibilityautostatechange", onChange);
    page.addEventListener(FILL, fill);
    return () => {
      page.removeEventListener("contentvisibilityautostatechange", onChange);
      page.removeEventListener(FILL, fill);
    };
  }, [stays]);

  const onClick = ({ target }: Event): void => {
    if (target instanceof Element && target.closest("button, vscode-button")) used.current = true;
  };
  const size = `${height.current}px`;
  const style = near
    ? { contentVisibility: "auto", containIntrinsicHeight: `auto ${size}` }
    : { contentVisibility: "auto", height: size };
  return (
    <div
      class={`messages ${of === undefined ? "" : "of-many"}`}
      ref={element}
      style={stays ? undefined : style}
      onClick={onClick}
    >
      {(stays || near) &&
        messages.map((message, index) => (
          <MessageView
            key={message.peek().id}
            message={message}
            before={messages[index - 1] ?? before}
            at={of && first + index}
            of={of}
          />
        ))}
    </div>
  );
});
