/** What VS Code keeps for this panel, unmasked and on the disk: nothing that anybody wrote. */
export interface Saved {
  /** The thread on show. */
  readonly thread: string;
}

/** Where `Saved` is kept. */
export interface Memory {
  save(saved: Saved): void;
}
