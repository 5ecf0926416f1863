import type { JSX } from "preact";

/** One of VS Code's icons, by its name in the codicon font. It says nothing to a screen reader. */
export const Icon = ({ name, spin }: { name: string; spin?: boolean }): JSX.Element => (
  <span
    class={`codicon codicon-${name}${spin ? " codicon-modifier-spin" : ""}`}
    aria-hidden="true"
  />
);
