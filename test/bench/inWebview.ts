/**
 * What the bench of the transcript does inside the webview. These functions run in the page: what they
 * use of each other they keep on its window, since nothing outside of them goes with them.
 */
import type { ChatView } from "../../src/shared/protocol";

interface BenchWindow extends Window {
  /** The whole that the host has shown last, and when some of it was first there since a thread was chosen. */
  bench: {
    view?: ChatView;
    begun: number;
    tell: (name: string, data: unknown) => void;
    longTasks: number[];
    resizes: number[];
  };
}

/** Keeps what the host shows, and gives a way to show something as if the host did. */
export function keepWhole(): void {
  const page = window as unknown as BenchWindow;
  page.bench = {
    begun: 0,
    longTasks: [],
    resizes: [],
    tell: (name, data) => {
      const message = { data: { kind: "event", name, data }, origin: window.origin };
      window.dispatchEvent(new MessageEvent("message", message));
    },
  };
  window.addEventListener(
    "message",
    ({
      data,
    }: MessageEvent<{ data?: Partial<ChatView> | null; value?: Partial<ChatView> | null }>) => {
      const view = data.data ?? data.value;
      if (!view?.conversation) return;
      // Of a long thread the end comes first.
      if (view.earlier === undefined) page.bench.view = view as ChatView;
      page.bench.begun ||= performance.now();
    },
    { capture: true },
  );
}

/** Chooses a thread, and measures until its end can be read. Resolves when all of it is there. */
export async function openThread(
  _: unknown,
  { id, messages }: { id: string; messages: number },
): Promise<{ ms: number; shown: number; whole: number; nodes: number }> {
  const page = window as unknown as BenchWindow;
  const select = document.querySelector("select");
  if (!select) throw new Error("There is no thread selector.");
  const deadline = performance.now() + 60_000;
  const inTime = (what: string): void => {
    if (performance.now() > deadline)
      throw new Error(`${id} is not ${what}: ${document.body.innerText.slice(-500)}`);
  };
  while (![...select.options].some(({ value }) => value === id)) {
    inTime("in the list");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  page.bench.begun = 0;
  const begun = performance.now();
  select.value = id;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  const isThere = (): boolean =>
    select.value === id &&
    document.querySelector(`.message[data-message="${id}-${messages - 1}"]`) !== null;
  while (!isThere()) {
    inTime("shown");
    await new Promise(requestAnimationFrame);
  }
  // The frame that it was found in has not been painted yet.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const now = performance.now();
  while (page.bench.view?.conversation.thread.id !== id) {
    inTime("there as a whole");
    await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const whole = performance.now() - begun;
  // What has come to be far off is emptied some frames later.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    ms: now - begun,
    shown: now - page.bench.begun,
    whole,
    nodes: document.querySelectorAll("*").length,
  };
}

/** How long each of so many deltas takes at the end of the thread on show: script, style and layout, in milliseconds. */
export async function costOfDeltas(_: unknown, count: number): Promise<number[]> {
  const { bench } = window as unknown as BenchWindow;
  if (!bench.view) throw new Error("No thread was shown.");
  const { conversation } = bench.view;
  const thread = conversation.thread.id;
  const answer = {
    id: "bench-answer",
    threadId: thread,
    seq: conversation.messages.length,
    role: "assistant" as const,
    parts: [{ type: "text" as const, id: "text", text: "", state: "streaming" as const }],
    visibility: "visible" as const,
    status: "streaming" as const,
    usage: null,
    error: null,
    createdAt: Date.now(),
  };
  let revision = 1_000_000;
  const messages = [...conversation.messages, answer];
  bench.tell("show", { ...bench.view, revision, conversation: { ...conversation, messages } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const times: number[] = [];
  for (let delta = 0; delta < count; delta++) {
    const text = delta % 40 === 39 ? ` word ${delta}.\n\n` : ` word **${delta}**`;
    const event = { type: "partGrew", message: answer.id, part: "text", text };
    await new Promise(requestAnimationFrame);
    const begun = performance.now();
    bench.tell("changed", { thread, revision: ++revision, events: [event] });
    // What changed is rendered in a microtask.
    await Promise.resolve().then(() => {});
    document.querySelector(".transcript")?.getBoundingClientRect();
    times.push(performance.now() - begun);
  }
  return times;
}

/** Begins to remember how long each frame takes in which the panel gets another width. */
export function rememberResizes(): void {
  const { bench } = window as unknown as BenchWindow;
  window.addEventListener("resize", () => {
    const begun = performance.now();
    // A task behind the frame's own work, which is layout and paint.
    requestAnimationFrame(() => setTimeout(() => bench.resizes.push(performance.now() - begun)));
  });
}

export const takeResizes = (): number[] =>
  (window as unknown as BenchWindow).bench.resizes.splice(0);

/** Begins to remember tasks of this page that take longer than 50 ms. */
export function rememberLongTasks(): void {
  const { bench } = window as unknown as BenchWindow;
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries())
      if (name === "self" || name === "multiple-contexts") bench.longTasks.push(duration);
  }).observe({ type: "longtask" });
}

export const takeLongTasks = (): number[] =>
  (window as unknown as BenchWindow).bench.longTasks.splice(0);

/**
 * The script of one long answer: in deltas, so many of them in a message, each rendered; at once; and anew
 * for each message, as far as samples tell. In milliseconds.
 */
export async function costOfLongAnswer(
  _: unknown,
  { text, deltas, together }: { text: string; deltas: number; together: number },
): Promise<{ streamed: number; once: number; naive: number }> {
  const { bench } = window as unknown as BenchWindow;
  if (!bench.view) throw new Error("No thread was shown.");
  const view = bench.view;
  let revision = 2_000_000;
  let shown = 0;
  const show = async (said: string, status: "complete" | "streaming"): Promise<number> => {
    const answer = {
      // Another message each time, so that nothing of the one before is used again.
      id: `bench-answer-${++shown}`,
      threadId: "bench",
      seq: 0,
      role: "assistant",
      parts: [
        {
          type: "text",
          id: "text",
          text: said,
          state: status === "complete" ? "done" : "streaming",
        },
      ],
      visibility: "visible",
      status,
      usage: null,
      error: null,
      createdAt: Date.now(),
    };
    const thread = { ...view.conversation.thread, id: "bench" };
    const begun = performance.now();
    revision += 100_000;
    bench.tell("show", { ...view, revision, conversation: { thread, messages: [answer] } });
    await Promise.resolve().then(() => {});
    const took = performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return took;
  };

  await show("", "complete");
  const once = [];
  for (let time = 0; time < 3; time++) once.push(await show(text, "complete"));

  await show("", "streaming");
  const length = Math.ceil(text.length / deltas);
  let streamed = 0;
  for (let at = 0; at < text.length;) {
    const events = [];
    for (; events.length < together && at < text.length; at += length)
      events.push({
        type: "partGrew",
        message: `bench-answer-${shown}`,
        part: "text",
        text: text.slice(at, at + length),
      });
    const begun = performance.now();
    revision += events.length;
    bench.tell("changed", { thread: "bench", revision, events });
    await Promise.resolve().then(() => {});
    streamed += performance.now() - begun;
    // What is said of it to a screen reader goes with the time, so it takes as long as it would.
    await new Promise(requestAnimationFrame);
  }

  const SAMPLES = 20;
  let naive = 0;
  for (let sample = 1; sample <= SAMPLES; sample++)
    naive += await show(text.slice(0, (text.length * sample) / SAMPLES), "streaming");
  return {
    streamed,
    once: once.toSorted((a, b) => a - b)[1] ?? NaN,
    naive: ((naive / SAMPLES) * deltas) / together,
  };
}
