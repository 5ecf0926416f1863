/** Finds secrets. A bundle of its own (dist/mask.js), loaded when the first text is stored. */
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";

const PRESET = "@secretlint/secretlint-rule-preset-recommend";

/** A text with each secret in it replaced by a mark that names its kind: `[masked: GITHUB_TOKEN]`. */
export async function maskText(text: string): Promise<string> {
  const { messages } = await lintSource({
    source: { content: text, contentType: "text", filePath: "text.txt", ext: ".txt" },
    options: { noPhysicFilePath: true, config: { rules: [{ id: PRESET, rule: creator }] } },
  });
  let masked = "";
  let end = 0;
  for (const { range, messageId } of messages.toSorted((a, b) => a.range[0] - b.range[0])) {
    // Two rules may find the same secret, or one inside the other.
    if (range[0] < end) continue;
    masked += `${text.slice(end, range[0])}[masked: ${messageId}]`;
    end = range[1];
  }
  return masked + text.slice(end);
}
