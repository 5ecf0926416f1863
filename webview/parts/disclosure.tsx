import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "../icon";

interface DisclosureProps {
  /** What the button is called, also to a screen reader. */
  name: string;
  /** Shown after the button, which it belongs to; a screen reader gives it as its description. */
  summary?: ComponentChildren;
  /** Open until its reader says otherwise. */
  initially?: boolean;
  class?: string;
  /** The id of the part that this is all of. */
  part?: string;
  /** Without children there is nothing to open. */
  children?: ComponentChildren;
}

/** One line that opens to more. */
export function Disclosure(props: DisclosureProps): JSX.Element {
  const [chosen, choose] = useState<boolean | null>(null);
  const id = useId();
  const open = chosen ?? props.initially ?? false;
  return (
    <div class={`disclosure ${props.class ?? ""}`} data-part={props.part}>
      {/* The button's name is what can be read on it, so the rest is beside it; it lies over all. */}
      <div class="disclosure-line">
        <button
          type="button"
          class="disclosure-name"
          aria-expanded={open}
          data-unfolds={!open}
          aria-controls={open ? `${id}-body` : undefined}
          aria-describedby={props.summary ? `${id}-summary` : undefined}
          onClick={() => choose(!open)}
        >
          <Icon name={open ? "chevron-down" : "chevron-right"} />
          {props.name}
        </button>
        {props.summary && (
          <div class="disclosure-summary" id={`${id}-summary`}>
            {props.summary}
          </div>
        )}
      </div>
      {open && (
        <div class="disclosure-body" id={`${id}-body`}>
          {props.children}
        </div>
      )}
    </div>
  );
}
