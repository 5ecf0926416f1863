/** Finds secrets, in a bundle of its own (dist/mask.js), which is loaded when the first text is stored. */
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretLintRuleContext, SecretLintSourceCode } from "@secretlint/types";
import { isSecretField, secretPatterns } from "./secretPatterns";
import { unveiled } from "./unveiled";

/** Where a secret is, from `start` to before `end`. */
interface Finding {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The first lets a comment in a text switch off the search in it. The others report, for a value with
 * a name, where the name begins and how long the value is, so that the end of it would stay.
 */
const UNFIT = new Set(
  ["filter-comments", "aws", "npm"].map((name) => `@secretlint/secretlint-rule-${name}`),
);

/**
 * A text with each secret in it replaced by a mark that names its kind: `[masked: GITHUB_TOKEN]`.
 * `field` is the name of the field that the text is the value of. Takes linear time: a second for some
 * fifteen megabytes of most texts, and for two of the worst.
 */
export const maskText = (text: string, field?: string): Promise<string> =>
  new Promise((resolve) => resolve(masked(text, field)));

function masked(text: string, field: string | undefined): string {
  const findings = secretsIn(text).sort((a, b) => a.start - b.start || b.end - a.end);
  if (findings.length === 0) return isOfSecretField(field, text) ? "[masked: SECRET]" : text;
  let result = "";
  let end = 0;
  for (const finding of findings) {
    // Two may find the same secret, or parts of it.
    if (finding.start >= end)
      result += `${text.slice(end, finding.start)}[masked: ${finding.kind}]`;
    // What is behind keeps its colour.
    if (finding.end > end)
      result += (text.slice(Math.max(end, finding.start), finding.end).match(COLOUR) ?? []).join(
        "",
      );
    end = Math.max(end, finding.end);
  }
  return result + text.slice(end);
}

/** Whether a text is a secret by its field, whichever way both are read. */
const isOfSecretField = (field: string | undefined, text: string): boolean =>
  field !== undefined &&
  readings(field).some((name) => readings(text).some((value) => isSecretField(name, value)));

const readings = (text: string): readonly string[] => [
  text,
  ...unveiled(text).map((view) => view.text),
];

// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[\d;:]{0,40}m/g;

/**
 * So much of a text is searched at once, in UTF-16 units: the engine keeps its place for each turn of a
 * repetition, and throws after some millions.
 */
const WINDOW = 1_000_000;

/** No secret is longer, with what is around it that tells it. Two pieces have twice as much in common. */
const LONGEST = 32 * 1024;
const STEP = WINDOW - 2 * LONGEST;

function secretsIn(text: string): Finding[] {
  if (text.length <= WINDOW) return findingsIn(text);
  const all: Finding[][] = [];
  for (let from = 0; from + WINDOW - STEP < text.length; from += STEP) {
    const piece = text.slice(from, from + WINDOW);
    const isLast = from + WINDOW >= text.length;
    all.push(
      findingsIn(piece)
        // What the cut divides is whole in the next piece.
        .filter(({ start, end }) => isLast || end < piece.length || end - start > LONGEST)
        .map(({ kind, start, end }) => ({ kind, start: start + from, end: end + from })),
    );
  }
  return all.flat();
}

function findingsIn(text: string): Finding[] {
  const hidden = unveiled(text).flatMap((view) =>
    findingsAsWritten(view.text).map(({ kind, start, end }) => ({
      kind,
      ...view.original(start, end),
    })),
  );
  return [...findingsAsWritten(text), ...hidden];
}

const findingsAsWritten = (text: string): Finding[] => [
  ...patternFindings(text),
  ...presetFindings(text),
];

/** So many characters before a finding may tell that it is none. */
const EARLIER = 16;

function patternFindings(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const { kind, pattern, accepts } of secretPatterns) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const before = match[1] ?? "";
      const start = match.index + before.length;
      const end = match.index + match[0].length;
      const earlier = text.slice(Math.max(0, match.index - EARLIER), match.index);
      if (accepts?.(text.slice(start, end), { before, earlier, next: text[end] }) ?? true)
        findings.push({ kind, start, end });
    }
  }
  return findings;
}

let reported: Finding[] = [];

const context: SecretLintRuleContext = {
  sharedOptions: {},
  createTranslator: () => (messageId, data) => ({
    message: "",
    messageId: String(messageId),
    data,
  }),
  report: ({ message, range: [start, end] }) =>
    reported.push({ kind: message.messageId, start, end }),
  ignore: () => {},
};

/**
 * The rules of secretlint's preset. They are run without secretlint's core, which keeps some sixty
 * performance marks of each run for ever, and takes a time that grows with the square of what is found.
 */
const presetRules = rules
  .filter(({ meta }) => !UNFIT.has(meta.id))
  .map((rule) => rule.create(context, {}));

/** What the preset finds. None of its rules is asynchronous, and none asks for lines or for the disk. */
function presetFindings(text: string): Finding[] {
  reported = [];
  const source = { content: text, contentType: "text", ext: ".txt" } as SecretLintSourceCode;
  for (const rule of presetRules)
    // eslint-disable-next-line no-restricted-syntax -- A new version of the preset would have to be asynchronous.
    if (rule.file?.(source)) throw new Error("A rule of the preset does not find at once.");
  return reported;
}
