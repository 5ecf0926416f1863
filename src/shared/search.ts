/** One place where the words of a search were found. */
export interface SearchHit {
  readonly thread: string;
  readonly title: string;
  /** The message that has the words; null where it is the thread's title. */
  readonly message: string | null;
  /** The message's place in its thread. */
  readonly seq: number | null;
  /** One line around the words. */
  readonly snippet: string;
  /** Where the words are in the snippet, from and to, in UTF-16 units. */
  readonly ranges: readonly (readonly [number, number])[];
  /** When the thread last changed, in milliseconds since the epoch. */
  readonly updatedAt: number;
}
