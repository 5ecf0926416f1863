import { t } from "@vscode/l10n";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago a time was, in a word or two: "now", "5 min ago", "yesterday". Both in milliseconds. */
export function relativeTime(then: number, now: number): string {
  const ago = now - then;
  if (ago < MINUTE) return t("now");
  if (ago < HOUR) return t("{0} min ago", Math.floor(ago / MINUTE));
  if (ago < DAY) return t("{0} h ago", Math.floor(ago / HOUR));
  const days = Math.floor(ago / DAY);
  if (days === 1) return t("yesterday");
  if (days < 30) return t("{0} days ago", days);
  if (days < 365) return t("{0} mo ago", Math.floor(days / 30));
  return t("{0} y ago", Math.floor(days / 365));
}
