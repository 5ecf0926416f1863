/** What an answer says of the files that this machine runs, and that its turn has changed. */
import type { HostFile, HostFileOutcome } from "../shared/hostFile";
import type { Message, Part, ThreadEvent } from "../shared/thread";
import type { HostChanges } from "../workspace/hostChanges";

/** Looks after what this machine runs of the workspace, while Claude works in it. */
export interface TurnGuard {
  /** Resolves when it is known what was there before the turn that writes this answer. Never rejects. */
  begin(answer: string): Promise<void>;
  /** Resolves with what the turn has changed; undefined for nothing. Never rejects. */
  end(answer: string): Promise<HostChanges | undefined>;
  /** Another window goes on with the turn. */
  leave(answer: string): void;
}

/** Guards a turn only where Claude can write to the folder: what changes there otherwise, it has not changed. */
export class UnlessOnClone implements TurnGuard {
  /** The turns that are not over. */
  readonly #running = new Set<string>();

  constructor(
    private readonly guard: () => TurnGuard | undefined,
    private readonly worksOnClone: () => Promise<boolean>,
  ) {}

  async begin(answer: string): Promise<void> {
    this.#running.add(answer);
    const clone = await this.worksOnClone();
    if (!clone && this.#running.has(answer)) await this.guard()?.begin(answer);
  }

  /** The guard knows nothing of a turn that was not begun. */
  async end(answer: string): Promise<HostChanges | undefined> {
    this.#running.delete(answer);
    return this.guard()?.end(answer);
  }

  leave(answer: string): void {
    this.#running.delete(answer);
    this.guard()?.leave(answer);
  }
}

/** So many are told one by one. A hostile turn may make any number. */
const TOLD = 50;

/** Of one configuration so many settings are named; one whose key is longer than this is not. */
const KEYS = 20;
const KEY = 1000;

const ID = "host-files";

/** Adds to an answer what its turn has changed. */
export const hostFilesChanged = (message: string, { files, usual }: HostChanges): ThreadEvent => ({
  type: "partSet",
  message,
  part: {
    type: "data-host-files",
    id: ID,
    data: {
      files: files.slice(0, TOLD).map(bounded),
      ...(files.length > TOLD && { more: files.length - TOLD }),
      usual: usual.slice(0, TOLD),
    },
  },
});

function bounded(file: HostFile): HostFile {
  const { keys } = file;
  return keys ? { ...file, keys: keys.filter(({ length }) => length <= KEY).slice(0, KEYS) } : file;
}

/** Notes in an answer what became of one of its files; undefined if it does not tell of that. */
export function hostFileBecame(
  message: Message | undefined,
  path: string,
  outcome: HostFileOutcome,
): ThreadEvent | undefined {
  const part = message?.parts.find(isHostFiles);
  if (!message || !part?.data.files.some((file) => file.path === path)) return undefined;
  const become = (file: HostFile): HostFile => (file.path === path ? { ...file, outcome } : file);
  const data = { ...part.data, files: part.data.files.map(become) };
  return { type: "partSet", message: message.id, part: { ...part, data } };
}

/** The files that an answer tells of. */
export const hostFilesOf = (message: Message): readonly HostFile[] =>
  message.parts.find(isHostFiles)?.data.files ?? [];

const isHostFiles = (part: Part): part is Extract<Part, { type: "data-host-files" }> =>
  part.type === "data-host-files";
