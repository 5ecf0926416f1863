import { useEffect, useRef, useState } from "preact/hooks";

const isMac = navigator.userAgent.includes("Mac");

/**
 * Whether somebody looks for something in the thread: from Ctrl+F or Cmd+F on, until `close`, which puts
 * the focus back to where it was. `calls` counts the times that it was asked for.
 */
export function useFinding(): { calls: number; finding: boolean; close: () => void } {
  const [calls, setCalls] = useState(0);
  const [finding, setFinding] = useState(false);
  const focused = useRef<Element>(null);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { ctrlKey, metaKey, shiftKey, altKey } = event;
      const [command, other] = isMac ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
      if (event.key.toLowerCase() !== "f" || !command || other || shiftKey || altKey) return;
      event.preventDefault();
      if (!document.activeElement?.closest(".find")) focused.current = document.activeElement;
      setFinding(true);
      setCalls((before) => before + 1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const close = (): void => {
    setFinding(false);
    if (focused.current instanceof HTMLElement) focused.current.focus();
  };
  return { calls, finding, close };
}
