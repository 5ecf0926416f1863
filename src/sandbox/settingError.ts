import { t } from "@vscode/l10n";
import type { NextStep } from "../shared/protocol";

/** A setting that cannot be used as it is; the message says which and why. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  constructor(
    message: string,
    /** What to do about it, if that is not to change the settings. */
    readonly next: NextStep = { step: "openSandboxSettings", label: t("Open Settings") },
  ) {
    super(message);
  }
}
