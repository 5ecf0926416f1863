import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { TranscriptScroll } from "../scroll";
import { useChat } from "./useChat";

/** How long a message that was looked for is marked, in milliseconds, and how far below the top it is, in pixels. */
const MARKED_MS = 2500;
const BELOW_TOP = 24;

/**
 * Scrolls a thread's transcript: to where its reader was, and to the message that is looked for.
 * `scroller` and `content` are refs for the element that scrolls and the one with the messages; `wanted`
 * is the id of a message to render, near or not.
 */
export function useTranscriptScroll(): {
  scroller: { current: HTMLDivElement | null };
  content: { current: HTMLDivElement | null };
  scroll: { readonly current: TranscriptScroll | null };
  pinned: boolean;
  wanted: string | undefined;
} {
  const chat = useChat();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const scroll = useRef<TranscriptScroll>(null);
  const [pinned, setPinned] = useState(true);
  const [wanted, want] = useState(() => chat.places.in(chat.thread.peek()?.id ?? "")?.message);

  useLayoutEffect(() => {
    const thread = chat.thread.peek()?.id ?? "";
    if (!scroller.current || !content.current) return;
    const scrolling = new TranscriptScroll(scroller.current, content.current, {
      pinned: setPinned,
      rested: (place) => chat.places.keep(thread, place),
      wanted: want,
    });
    scroll.current = scrolling;
    const place = chat.places.in(thread);
    if (!place || !scrolling.toPlace(place)) scrolling.toEnd();
    return () => scrolling.dispose();
  }, []);

  useSignalEffect(() => {
    const sought = chat.sought.value;
    if (sought) void show(sought.message);
  });

  const show = async (message: string): Promise<void> => {
    const element = await scroll.current?.reveal(message);
    if (!element) return;
    chat.found();
    scroll.current?.aimAt(() => element.getBoundingClientRect(), BELOW_TOP);
    element.classList.add("sought");
    setTimeout(() => element.classList.remove("sought"), MARKED_MS);
  };

  return { scroller, content, scroll, pinned, wanted };
}
