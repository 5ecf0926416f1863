import type { JSX } from "preact";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";

/** That threads can be read and not gone on with, and why. */
export function ReadOnlyBanner(): JSX.Element | null {
  const why = useChat().readOnly.value;
  if (!why) return null;
  return (
    <section class="banner" role="alert">
      <Icon name="lock" />
      <div class="alert-body">
        <p>{why}</p>
      </div>
    </section>
  );
}
