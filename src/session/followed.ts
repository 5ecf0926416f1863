import type { Scope } from "../shared/thread";

/** A file or a folder that has another path now; paths are as in scopes. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * The scope of a thread after moves that were made at once, so that two files can swap their names;
 * undefined for one that they leave where it is. The move of a file counts before that of its folder.
 */
export function followed({ type, id }: Scope, moves: readonly Move[]): Scope | undefined {
  if (type !== "file") return undefined;
  const [nearest] = moves
    .filter(({ from }) => from !== "" && (id === from || id.startsWith(`${from}/`)))
    .sort((a, b) => b.from.length - a.from.length);
  const to = nearest && nearest.to + id.slice(nearest.from.length);
  return to === undefined || to === id ? undefined : { type, id: to };
}
