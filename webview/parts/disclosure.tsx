import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "../icon";

interface DisclosureProps {
  /** What the button is called, also to a screen reader. */
  name: string;
  /** Shown in the button after its name; a screen reader gives it as the button's description. */
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
      <button
        type="button"
        class="disclosure-line"
        aria-expanded={open}
        data-unfolds={!open}
        aria-controls={open ? `${id}-body` : undefined}
        aria-labelledby={`${id}-name`}
        aria-describedby={props.summary ? `${id}-summary` : undefined}
        onClick={() => choose(!open)}
      >
        <Icon name={open ? "chevron-down" : "chevron-right"} />
        <span class="disclosure-name" id={`${id}-name`}>
          {props.name}
        </span>
        {props.summary && (
          <span class="disclosure-summary" id={`${id}-summary`}>
            {props.summary}
          </span>
        )}
      </button>
      {open && (
        <div class="disclosure-body" id={`${id}-body`}>
          {props.children}
        </div>
      )}
    </div>
  );
}
