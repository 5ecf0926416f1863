import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "../fixtures/claude-streams");

/** Recordings of the real CLI's stdout, by their names. */
export const recordingNames = readdirSync(FOLDER).filter((name) => name.endsWith(".ndjson"));

export const recordingBytes = (name: string): Buffer => readFileSync(join(FOLDER, name));

export const recordingLines = (name: string): string[] =>
  recordingBytes(name).toString("utf8").split("\n");
