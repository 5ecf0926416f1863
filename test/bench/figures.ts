/** What a bench finds, and how it is printed. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `×` is a ratio of two times that were measured in the same run. */
  readonly unit: "kB" | "MB" | "MB/s" | "µs" | "ms" | "×" | "files" | "lines" | "nodes" | "%";
  /** The aim, the one or the other. A figure without one is there for its own sake. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Findings {
  readonly figures: readonly Figure[];
  /** What the figures are made of, a line each. */
  readonly details?: readonly string[];
}

/** The value below which that share of the values is. @throws Where there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1] ?? sorted[0];
  if (value === undefined) throw new Error("There is nothing to take a quantile of.");
  return value;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Undefined where there is no aim. */
export const isMet = ({ value, atMost, atLeast }: Figure): boolean | undefined => {
  if (atMost !== undefined) return value <= atMost;
  return atLeast === undefined ? undefined : value >= atLeast;
};

export function print({ figures, details = [] }: Findings): void {
  for (const figure of figures) {
    const { name, value, unit, atMost, atLeast } = figure;
    const bound = atMost ?? atLeast;
    const aim =
      bound === undefined
        ? ""
        : `  at ${atMost === undefined ? "least" : "most"} ${shown(bound)} ${unit}: ${isMet(figure) ? "met" : "NOT MET"}`;
    console.log(`  ${name.padEnd(56)} ${shown(value).padStart(8)} ${unit.padEnd(5)}${aim}`);
  }
  for (const detail of details) console.log(`    ${detail}`);
}

/** Three digits are all that a measurement is good for. */
const shown = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
