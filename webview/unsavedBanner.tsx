import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";

/** That the disk refuses what was said, for as long as it does. */
export function UnsavedBanner(): JSX.Element | null {
  const { unsaved, readOnly } = useChat();
  const problem = unsaved.value;
  if (!problem) return null;
  return (
    <section class="banner" role="alert">
      <Icon name="warning" />
      <div class="alert-body">
        {readOnly.value ? (
          <p>
            {t(
              "The last message is not saved. Copy what you need of it before you close the window.",
            )}
          </p>
        ) : (
          <>
            <p>
              {t("The last message is not saved yet. It will be as soon as the disk takes it.")}
            </p>
            <p>{problem}</p>
          </>
        )}
      </div>
    </section>
  );
}
