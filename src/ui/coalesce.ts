/** In milliseconds. */
const SOON = 100;

/** Runs `work` soon, once for all the calls until then, and never twice at a time. What it throws is dropped. */
export function coalesce(work: () => Promise<void>): () => void {
  let soon: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    soon ??= setTimeout(() => {
      last = last
        .then(() => {
          soon = undefined;
          return work();
        })
        .catch(() => {});
    }, SOON);
  };
}
