/** Lets work go on by itself. What it rejects with is logged: nobody waits for it. */
export function inBackground(work: Promise<unknown>, log: { warn(message: string): void }): void {
  work.catch((error: unknown) =>
    log.warn(`Something went wrong behind the scenes: ${String(error)}`),
  );
}
