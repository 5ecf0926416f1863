import { unlinked } from "../shared/plain";

/** What went wrong, for a notification. */
export const messageOf = (error: unknown): string =>
  unlinked(error instanceof Error ? error.message : String(error));
