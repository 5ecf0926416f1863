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
