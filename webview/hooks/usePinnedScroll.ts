import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Within so many pixels of the end counts as there: positions are fractions on some screens. */
const END = 4;

/**
 * Keeps a scrolling element at its end while its content grows, until its reader scrolls up.
 * `scroller` and `content` are refs for the element that scrolls and the one that grows in it.
 */
export function usePinnedScroll(): {
  scroller: { current: HTMLDivElement | null };
  content: { current: HTMLDivElement | null };
  pinned: boolean;
  toEnd: () => void;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const [pinned, setPinned] = useState(true);

  const toEnd = useCallback(() => {
    stick.current = true;
    setPinned(true);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) return;

    let top = element.scrollTop;
    const onScroll = (): void => {
      const atEnd = element.scrollHeight - element.clientHeight - element.scrollTop <= END;
      // Content that grows also leaves the end behind; only its reader goes up.
      if (atEnd) stick.current = true;
      else if (element.scrollTop < top) stick.current = false;
      top = element.scrollTop;
      setPinned(stick.current);
    };
    const sizes = new ResizeObserver(() => {
      if (stick.current) element.scrollTop = element.scrollHeight;
    });

    element.addEventListener("scroll", onScroll, { passive: true });
    sizes.observe(element);
    sizes.observe(inner);
    return () => {
      element.removeEventListener("scroll", onScroll);
      sizes.disconnect();
    };
  }, []);

  return { scroller, content, pinned, toEnd };
}
