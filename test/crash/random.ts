/** Numbers that look random and are the same again with the same seed. */
export type Random = () => number;

/** From 0 to less than 1 (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `low` to less than `high`. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low));

const WORDS = ["plain ", "“quoted” ", "'; DROP -- ", "line\n", "🚀 ", "\u2028", "\\n\\", "ümläut "];

/** A text of about so many characters, which no other has. */
export function textOfSize(random: Random, size: number): string {
  let block = `${random()} `;
  while (block.length < Math.min(size, 2000))
    block += WORDS[between(random, 0, WORDS.length)] ?? "";
  return block.repeat(Math.ceil(size / block.length));
}
