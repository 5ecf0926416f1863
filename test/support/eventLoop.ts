/** How often the event loop comes round while something is done: never, when that blocks it. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let immediate = setImmediate(function count() {
    turns++;
    immediate = setImmediate(count);
  });
  try {
    await work();
  } finally {
    clearImmediate(immediate);
  }
  return turns;
}
