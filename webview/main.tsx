import "./styles/index.css";
import "./toolkit";
import { render } from "preact";
import { type Language, speak } from "../src/shared/language";
import { App } from "./app";
import { hostPort, memory } from "./host";
import { keepFocus } from "./keepFocus";
import { Chat } from "./state";

const texts = document.getElementById("texts")?.textContent;
speak({
  tag: document.documentElement.lang,
  texts: JSON.parse(texts ?? "{}") as Language["texts"],
});

const chat = new Chat(hostPort, memory);

window.addEventListener("error", ({ error, message }) => {
  chat.report(error instanceof Error ? (error.stack ?? message) : message);
});
window.addEventListener("unhandledrejection", ({ reason }) => {
  chat.report(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
});

let lastFocused: EventTarget | null = null;
document.addEventListener("focusin", ({ target }) => (lastFocused = target));
window.addEventListener("focus", () => {
  // When the command palette closes, VS Code gives the focus back to the page and to nothing in it.
  if (document.activeElement === document.body && lastFocused instanceof HTMLElement)
    if (lastFocused.isConnected) lastFocused.focus({ preventScroll: true });
    else chat.focus();
  chat.tellFocused();
});

// The page is gone when its panel is hidden, and what it says on `pagehide` arrives nowhere. A click
// that hides the panel takes the focus before; a key that does has a modifier.
window.addEventListener("blur", () => chat.keepDraft());
document.addEventListener("visibilitychange", () => chat.keepDraft());
window.addEventListener("keydown", ({ ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) chat.keepDraft();
});

/** How long an empty page waits for what it is to show, in milliseconds: to render twice takes longer. */
const PATIENCE = 100;

void chat.start();
const root = document.getElementById("root");
if (root)
  void somethingToShow().then(() => {
    render(<App chat={chat} />, root);
    keepFocus(root, () => chat.focus());
  });

function somethingToShow(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
    chat.thread.subscribe((thread) => {
      if (thread) resolve();
    });
  });
}
