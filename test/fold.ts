/**
 * npm run --silent fold -- FILE.ndjson
 *
 * Prints, as JSON, the thread that a recording of Claude's stdout folds to: an array of AI SDK
 * `UIMessage`s. Whatever the file holds, it exits with 0.
 */
import { createReadStream } from "node:fs";
import { toUIMessages } from "../src/shared/uiMessages";
import { foldRecording } from "./support/foldRecording";

async function main([file = ""]: readonly string[]): Promise<void> {
  const { conversation, skipped } = await foldRecording(createReadStream(file));
  for (const why of skipped) process.stderr.write(`Skipped ${why}.\n`);
  process.stdout.write(`${JSON.stringify(toUIMessages(conversation), null, 2)}\n`);
}

void main(process.argv.slice(2));
