/** Where a reader is: the top of what is in sight is so many pixels below the top of this message. */
export interface Place {
  readonly message: string;
  readonly offset: number;
}

/** What VS Code keeps for this panel, unmasked and on the disk: nothing that anybody wrote. */
export interface Saved {
  /** The thread on show. */
  readonly thread: string;
  /** Where the readers of threads were who have left their ends. */
  readonly places?: Readonly<Record<string, Place>>;
}

/** Where `Saved` is kept. Another version may have written what is loaded. */
export interface Memory {
  load(): unknown;
  save(saved: Saved): void;
}

/** The places, by thread. */
export const savedPlaces = (saved: unknown): Record<string, Place> =>
  isRecord(saved) && isRecord(saved["places"])
    ? Object.fromEntries(
        Object.entries(saved["places"]).filter((entry): entry is [string, Place] =>
          isPlace(entry[1]),
        ),
      )
    : {};

const isPlace = (value: unknown): value is Place =>
  isRecord(value) && typeof value["message"] === "string" && Number.isFinite(value["offset"]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
