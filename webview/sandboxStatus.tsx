import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { offlineSentence, sandboxDetails } from "../src/shared/sandboxDetails";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { Disclosure } from "./parts/disclosure";
import { LongText } from "./parts/longText";

/** Where Claude works, and whether that is there. */
export function SandboxStatus(): JSX.Element {
  const sandbox = useChat().sandbox.value;
  return (
    <div
      class={`sandbox-status ${sandbox.state}`}
      role="status"
      title={sandboxDetails(sandbox).join("\n")}
    >
      <span class="dot" aria-hidden="true" />
      <span class="sandbox-label">{sandbox.label}</span>
      {sandbox.state !== "ready" && (
        <span class="sandbox-state">
          {sandbox.state === "offline" ? t("offline") : t("checking…")}
        </span>
      )}
    </div>
  );
}

/** Why Claude cannot work now, and the one thing to do about it. */
export function SandboxBanner(): JSX.Element | null {
  const chat = useChat();
  const sandbox = chat.sandbox.value;
  if (sandbox.state !== "offline") return null;
  const { message, detail, next } = sandbox;
  return (
    <section class="banner" aria-label={t("Sandbox")}>
      <Icon name="warning" />
      <div class="alert-body">
        <p class="banner-title">{offlineSentence()}</p>
        <p>{message}</p>
        {detail && (
          <Disclosure name={t("Details")}>
            <LongText text={detail} />
          </Disclosure>
        )}
        <vscode-button onClick={() => chat.takeStep(next.step)}>{next.label}</vscode-button>
      </div>
    </section>
  );
}
