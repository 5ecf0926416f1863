/** Numbers and times as people read them. */
import type { Usage } from "../src/shared/thread";

/** A count in at most four characters: "950", "12.3k", "1.2M". */
export function short(count: number): string {
  if (count < 1000) return String(count);
  // From 999,500 on, thousands would round to "1000k".
  return count < 999_500 ? `${scaled(count / 1000)}k` : `${scaled(count / 1_000_000)}M`;
}

const scaled = (value: number): string =>
  value < 99.95 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);

/** A size in bytes, of which a thousand are a kilobyte: "950 bytes", "12.3 kB", "1.2 MB". */
export function bytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  return count < 999_500 ? `${scaled(count / 1000)} kB` : `${scaled(count / 1_000_000)} MB`;
}

/** A duration in milliseconds: "0.4 s", "12 s", "3 min 5 s". */
export function duration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A duration in milliseconds by whole seconds: "1 s", "3 min 5 s". */
export function seconds(ms: number): string {
  const whole = Math.floor(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The time of day, as people here write it. */
export const clock = (at: number): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });

/** A day in words, with its year where that is another than `now`’s. */
export const day = (at: number, now: number): string =>
  new Date(at).toLocaleDateString(undefined, {
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
    `${short(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens)} in`,
    `${short(usage.outputTokens)} out`,
    usage.costUsd > 0 ? cost(usage) : "",
    duration(usage.durationMs),
  ]
    .filter(Boolean)
    .join(" · ");

/** What a turn used, a fact a line. */
export const usageDetails = (usage: Usage): string =>
  [
    `Input: ${tokens(usage.inputTokens)}`,
    `Read from cache: ${tokens(usage.cacheReadTokens)}`,
    `Written to cache: ${tokens(usage.cacheWriteTokens)}`,
    `Output: ${tokens(usage.outputTokens)}`,
    `Cost: ${cost(usage)}`,
    `Time: ${duration(usage.durationMs)}`,
  ].join("\n");

const tokens = (count: number): string => `${count.toLocaleString("en")} tokens`;
const cost = (usage: Usage): string => `$${usage.costUsd.toFixed(4)}`;

/** The last part of a path with `/`. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
