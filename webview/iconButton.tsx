import type { JSX } from "preact";
import { Icon } from "./icon";

interface IconButtonProps {
  /** In the codicon font. */
  icon: string;
  name: string;
  act: () => void;
  /** For a button that stays as it was pressed. */
  pressed?: boolean;
  disabled?: boolean;
}

/** A small button that is an icon alone. There can be many, so it is the browser's own. */
export const IconButton = ({
  icon,
  name,
  act,
  pressed,
  disabled,
}: IconButtonProps): JSX.Element => (
  <button
    type="button"
    class="quiet-button icon-button"
    aria-label={name}
    aria-pressed={pressed}
    title={name}
    disabled={disabled}
    onClick={act}
  >
    <Icon name={icon} />
  </button>
);
