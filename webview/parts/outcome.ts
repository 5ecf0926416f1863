import type { ToolPart } from "../../src/shared/thread";

/** What a failed call said, apart from the exit code that a command's begins with. */
export function errorOf(part: Extract<ToolPart, { state: "output-error" }>): {
  readonly code: string | undefined;
  readonly text: string;
} {
  const [said = "", code] = /^Exit code (\d+)\n?/.exec(part.errorText) ?? [];
  // What is left out of a long one is told by its place in the whole.
  return { code, text: part.omitted ? part.errorText : part.errorText.slice(said.length) };
}
