/** What outlives the webview: the thread on show, and the unsent text of each thread. */
export interface Saved {
  readonly thread?: string;
  readonly drafts: Readonly<Record<string, string>>;
}

/** Where `Saved` is kept. An older version may have written what is loaded. */
export interface Memory {
  load(): unknown;
  save(saved: Saved): void;
}

/** The unsent texts, by thread. */
export const savedDrafts = (saved: unknown): Record<string, string> =>
  isRecord(saved) && isRecord(saved["drafts"])
    ? Object.fromEntries(
        Object.entries(saved["drafts"]).filter(
          (entry): entry is [string, string] => typeof entry[1] === "string",
        ),
      )
    : {};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
