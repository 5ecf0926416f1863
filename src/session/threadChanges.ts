/** What a user does to a thread besides talking in it, as events; undefined where it is so already. */
import type { Thread, ThreadEvent } from "../shared/thread";
import { followed, type Move } from "./followed";

export type ThreadChange = (thread: Thread) => ThreadEvent | undefined;

/** What is its user's to say of a thread, which leaves it where it is among the others. */
export const changed =
  (changes: Partial<Pick<Thread, "title" | "pinned" | "unread">>): ThreadChange =>
  (thread) => {
    const names = Object.keys(changes) as (keyof typeof changes)[];
    return names.some((name) => changes[name] !== thread[name])
      ? { type: "threadChanged", at: thread.updatedAt, changes }
      : undefined;
  };

/** Into the trash, or out of it. */
export const deleted =
  (isDeleted: boolean, at: number): ThreadChange =>
  (thread) => {
    if (isDeleted === (thread.deletedAt !== null)) return undefined;
    // A clock that was behind must not shorten the thread's time in the trash.
    const deletedAt = isDeleted ? Math.max(at, thread.updatedAt) : null;
    return { type: "threadChanged", at, changes: { deletedAt } };
  };

/** About its file where that is now, in or out of the trash. */
export const moved =
  (moves: readonly Move[]): ThreadChange =>
  (thread) => {
    const scope = followed(thread.scope, moves);
    return scope && { type: "threadChanged", at: thread.updatedAt, changes: { scope } };
  };
