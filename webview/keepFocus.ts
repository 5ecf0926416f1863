/** What can have the focus, of all that others vanish beside. */
const FOCUSABLE = "a[href], button, select, [tabindex], vscode-button, vscode-text-area";

/**
 * Sees to it that the focus is never lost: when what has it vanishes or is disabled, it goes to what is
 * before it or around it, or else to where a message is written.
 */
export function keepFocus(root: Element, toInput: () => void): void {
  let focused: Element | null = null;
  const remember = ({ target }: Event): void => {
    focused = target instanceof Element ? target.closest(FOCUSABLE) : null;
  };
  root.addEventListener("focusin", remember);
  // Who clicks on what cannot have the focus has put it nowhere.
  root.addEventListener("pointerdown", remember);

  new MutationObserver((records) => {
    const lost = focused;
    if (!lost || !document.hasFocus() || (lost.isConnected && !lost.matches("[disabled]"))) return;
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement !== lost) return;
    focused = null;
    const next = nextOf(lost, records);
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
    else toInput();
  }).observe(root, { childList: true, subtree: true, attributeFilter: ["disabled"] });
}

/** What is before the lost one, or around it, and can have the focus. */
function nextOf(lost: Element, records: readonly MutationRecord[]): Element | null | undefined {
  if (lost.isConnected) return lost.parentElement?.closest(FOCUSABLE);
  const removal = records.find(({ removedNodes }) =>
    Array.from(removedNodes).some((node) => node.contains(lost)),
  );
  const before = removal?.previousSibling;
  if (before instanceof Element && before.matches(FOCUSABLE)) return before;
  return removal?.target instanceof Element ? removal.target.closest(FOCUSABLE) : null;
}
