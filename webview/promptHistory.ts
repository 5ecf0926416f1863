/** The prompts of a thread in its input again, as a shell has its earlier commands. */
import { textOf, type Message } from "../src/shared/thread";

/** What was asked in a thread, the oldest first. What was asked twice is there once, at its last place. */
export function promptsOf(messages: readonly Message[]): readonly string[] {
  const prompts = new Set<string>();
  for (const message of messages) {
    const text = textOf(message);
    if (message.role !== "user" || !text.trim()) continue;
    prompts.delete(text);
    prompts.add(text);
  }
  return [...prompts];
}

/**
 * The prompt to show in place of what is in the input; at the oldest, that again. Undefined where there
 * is none, and where the input has something else than a prompt, which nobody should lose.
 */
export function recalled(
  prompts: readonly string[],
  input: string,
  towards: "older" | "newer",
): string | undefined {
  const at = input === "" ? prompts.length : prompts.indexOf(input);
  if (at < 0) return undefined;
  if (towards === "older") return prompts[Math.max(at - 1, 0)];
  return at === prompts.length - 1 ? "" : prompts[at + 1];
}
