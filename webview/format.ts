/** Numbers and times as people read them. */
import { t } from "@vscode/l10n";
import { languageTag } from "../src/shared/language";
import type { Usage } from "../src/shared/thread";

/** A count in at most four characters: "950", "12.3k", "1.2M". */
export function short(count: number): string {
  if (count < 1000) return String(count);
  // From 999,500 on, thousands would round to "1000k".
  return count < 999_500 ? t("{0}k", scaled(count / 1000)) : t("{0}M", scaled(count / 1_000_000));
}

const scaled = (value: number): string => decimal(value, 0, value < 99.95 ? 1 : 0);

/** A number as it is written in the language, with so many digits behind the point. */
const decimal = (value: number, least: number, most: number): string =>
  value.toLocaleString(languageTag(), {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });

/** A size in bytes, of which a thousand are a kilobyte: "950 bytes", "12.3 kB", "1.2 MB". */
export function bytes(count: number): string {
  if (count < 1000) return count === 1 ? t("1 byte") : t("{0} bytes", count);
  return count < 999_500
    ? t("{0} kB", scaled(count / 1000))
    : t("{0} MB", scaled(count / 1_000_000));
}

/** A duration in milliseconds: "0.4 s", "12 s", "3 min 5 s". */
export function duration(ms: number): string {
  if (ms < 9950) return t("{0} s", decimal(ms / 1000, 1, 1));
  return inMinutes(Math.round(ms / 1000));
}

/** A duration in milliseconds by whole seconds: "1 s", "3 min 5 s". */
export const seconds = (ms: number): string => inMinutes(Math.floor(ms / 1000));

const inMinutes = (seconds: number): string =>
  seconds < 60 ? t("{0} s", seconds) : t("{0} min {1} s", Math.floor(seconds / 60), seconds % 60);

/** The time of day. */
export const clock = (at: number): string =>
  new Date(at).toLocaleTimeString(languageTag(), { hour: "2-digit", minute: "2-digit" });

/** A day and its time. */
export const moment = (at: number): string => new Date(at).toLocaleString(languageTag());

/** A day in words, with its year where that is another than `now`’s. */
export const day = (at: number, now: number): string =>
  new Date(at).toLocaleDateString(languageTag(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(new Date(at).getFullYear() !== new Date(now).getFullYear() && { year: "numeric" }),
  });

/** Whether two times are of one day, here. */
export const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();

/** What a turn used, in one line. Nothing is said of a cost that is not known or zero. */
export const usageLine = (usage: Usage): string =>
  [
    t("{0} in", short(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens)),
    t("{0} out", short(usage.outputTokens)),
    usage.costUsd > 0 ? cost(usage) : "",
    duration(usage.durationMs),
  ]
    .filter(Boolean)
    .join(" · ");

/** What a turn used, a fact a line. */
export const usageDetails = (usage: Usage): string =>
  [
    t("Input: {0}", tokens(usage.inputTokens)),
    t("Read from cache: {0}", tokens(usage.cacheReadTokens)),
    t("Written to cache: {0}", tokens(usage.cacheWriteTokens)),
    t("Output: {0}", tokens(usage.outputTokens)),
    t("Cost: {0}", cost(usage)),
    t("Time: {0}", duration(usage.durationMs)),
  ].join("\n");

const tokens = (count: number): string =>
  count === 1 ? t("1 token") : t("{0} tokens", decimal(count, 0, 0));
const cost = ({ costUsd }: Usage): string =>
  costUsd.toLocaleString(languageTag(), {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 4,
  });

/** The last part of a path with `/`. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
