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

/** Places are kept of so many threads besides the one on show. */
const LIMIT = 50;

/** The places of readers, and which thread is on show, as VS Code keeps them over a reload. */
export class Places {
  readonly #memory: Memory;
  #places: Readonly<Record<string, Place>>;
  #onShow: string | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#places = savedPlaces(memory.load());
  }

  /** Where the reader of a thread was; undefined for its end. */
  in(thread: string): Place | undefined {
    return this.#places[thread];
  }

  /** Keeps where the reader of a thread is; undefined for its end. */
  keep(thread: string, place: Place | undefined): void {
    const { [thread]: before, ...others } = this.#places;
    if (!before && !place) return;
    const newest = Object.entries(others).slice(-LIMIT);
    this.#places = { ...Object.fromEntries(newest), ...(place && { [thread]: place }) };
    this.#save();
  }

  /** Keeps that this thread is on show. */
  show(thread: string): void {
    this.#onShow = thread;
    this.#save();
  }

  #save(): void {
    const [thread, places] = [this.#onShow, this.#places];
    if (thread === undefined) return;
    this.#memory.save({ thread, ...(Object.keys(places).length > 0 && { places }) });
  }
}

const savedPlaces = (saved: unknown): Record<string, Place> =>
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
