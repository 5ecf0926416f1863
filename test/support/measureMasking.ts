/** How well secrets are found: on made texts that hold some, and on ordinary ones that hold none. */
import { maskText } from "../../src/session/secrets";
import { type Sample, secretSamples } from "../fixtures/secrets/corpus";
import { ordinaryTexts } from "../fixtures/secrets/ordinary";

/** As many characters of a secret in a row, and it is not masked. */
const TELLING = 8;

/** Whether a text shows so much of a secret that it is none any more. */
export function shows(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => {
    for (let at = 0; at + TELLING <= secret.length; at++)
      if (text.includes(secret.slice(at, at + TELLING))) return true;
    return false;
  });
}

export interface Recall {
  readonly samples: readonly Sample[];
  readonly missed: readonly Sample[];
  /** Kind → the share of its samples that were masked. */
  readonly byKind: ReadonlyMap<string, number>;
}

export async function measureRecall(): Promise<Recall> {
  const samples = secretSamples();
  const missed: Sample[] = [];
  for (const sample of samples)
    if (shows(await maskText(sample.text), sample.secrets)) missed.push(sample);
  const count = (of: readonly Sample[], kind: string): number =>
    of.filter((sample) => sample.kind === kind).length;
  const byKind = new Map(
    samples.map(({ kind }) => [kind, 1 - count(missed, kind) / count(samples, kind)]),
  );
  return { samples, missed, byKind };
}

export interface FalseLines {
  readonly lines: number;
  /** Those that masking changed, each with the name of its text. */
  readonly changed: readonly string[];
}

/** The lines of ordinary texts, by their kinds. */
export async function measureFalseLines(): Promise<ReadonlyMap<string, FalseLines>> {
  const kinds = new Map<string, FalseLines>();
  for (const [kind, texts] of ordinaryTexts()) {
    let lines = 0;
    const changed: string[] = [];
    for (const [name, text] of texts) {
      const before = text.split("\n");
      lines += before.length;
      const after = new Set((await maskText(text)).split("\n"));
      changed.push(...before.filter((line) => !after.has(line)).map((line) => `${name}: ${line}`));
    }
    kinds.set(kind, { lines, changed });
  }
  return kinds;
}
