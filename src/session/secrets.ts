/** Finds secrets. A bundle of its own (dist/mask.js), loaded when the first text is stored. */
import { setImmediate } from "node:timers/promises";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretLintRuleContext, SecretLintSourceCode } from "@secretlint/types";
import { isSecretField, secretPatterns } from "./secretPatterns";

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
const fitRules = rules.filter(({ meta }) => !UNFIT.has(meta.id));

/**
 * A text with each secret in it replaced by a mark that names its kind: `[masked: GITHUB_TOKEN]`.
 * `field` is the name of the field that the text is the value of.
 */
export async function maskText(text: string, field?: string): Promise<string> {
  const findings = [...(await patternFindings(text)), ...(await presetFindings(text))].sort(
    (a, b) => a.start - b.start || b.end - a.end,
  );
  if (findings.length === 0 && field && isSecretField(field, text)) return "[masked: SECRET]";
  let masked = "";
  let end = 0;
  for (const finding of findings) {
    // Two may find the same secret, or parts of it.
    if (finding.start >= end)
      masked += `${text.slice(end, finding.start)}[masked: ${finding.kind}]`;
    end = Math.max(end, finding.end);
  }
  return masked + text.slice(end);
}

/**
 * What the rules of secretlint's preset find. They are run without secretlint's core, which keeps
 * some sixty performance marks of each run for ever, and takes a time that grows with the square of
 * what is found.
 */
async function presetFindings(text: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const context: SecretLintRuleContext = {
    sharedOptions: {},
    createTranslator: () => (messageId, data) => ({
      message: "",
      messageId: String(messageId),
      data,
    }),
    report: ({ message, range: [start, end] }) =>
      findings.push({ kind: message.messageId, start, end }),
    ignore: () => {},
  };
  // No rule of the preset asks for lines or for the disk.
  const source = { content: text, contentType: "text", ext: ".txt" } as SecretLintSourceCode;
  for (const rule of fitRules) {
    await giveWay(text);
    await rule.create(context, {}).file?.(source);
  }
  return findings;
}

async function patternFindings(text: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { kind, pattern, accepts } of secretPatterns) {
    await giveWay(text);
    for (const match of text.matchAll(pattern)) {
      const before = match[1] ?? "";
      const start = match.index + before.length;
      const end = match.index + match[0].length;
      if (accepts?.(text.slice(start, end), { before, next: text[end] }) ?? true)
        findings.push({ kind, start, end });
    }
  }
  return findings;
}

/** From this length on, in UTF-16 units, the search in a text takes long enough to be noticed. */
const LONG = 100_000;

/** Lets the editor do what else it has to do, between one rule and the next on a long text. */
async function giveWay(text: string): Promise<void> {
  if (text.length >= LONG) await setImmediate();
}
