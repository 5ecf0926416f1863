/** The rows of the view "Threads", from the threads, what is pinned and which file is open. */
import { languageTag } from "../shared/language";
import type { ListedThread } from "../shared/thread";

export type GroupKey = "openFile" | "pinned" | "workspace" | "files";

export interface GroupRow {
  readonly type: "group";
  readonly key: GroupKey;
  /** The path of the open file, in the group that is about it. */
  readonly path?: string;
  /** Whether that file is known not to be there. */
  readonly missing?: boolean;
  readonly children: readonly (FileRow | ThreadRow)[];
}

/** A file, with the threads that are about it. */
export interface FileRow {
  readonly type: "file";
  /** A path as in a scope. */
  readonly path: string;
  /** Whether there is known to be no file. */
  readonly missing: boolean;
  readonly children: readonly ThreadRow[];
}

/** Whether a command was given the row of a file. */
export const isFileRow = (argument: unknown): argument is FileRow => {
  const row = argument as Partial<FileRow> | null | undefined;
  return row?.type === "file" && typeof row.path === "string";
};

/** A thread. Its id is there for the commands that are given the row. */
export interface ThreadRow {
  readonly type: "thread";
  readonly id: string;
  readonly thread: ListedThread;
  /** Whether the file that it is about is known not to be there. */
  readonly missing: boolean;
}

/** Stands behind the first rows of a long list, and shows more of them. */
export interface MoreRow {
  readonly type: "more";
  /** The id of the row whose rows these are. */
  readonly of: string;
  /** How many rows are not shown. */
  readonly count: number;
}

export type Branch = GroupRow | FileRow;
export type Row = Branch | ThreadRow | MoreRow;

/** What tells a row from all others, and stays the same whatever becomes of the threads. */
export function rowId(row: Row): string {
  switch (row.type) {
    case "group":
      return `group:${row.key}`;
    case "file":
      return `file:${row.path}`;
    case "thread":
      return `thread:${row.id}`;
    case "more":
      return `more:${row.of}`;
  }
}

/**
 * Each thread in one group: the pinned ones, those about the open file (`openFile` is its path as in a
 * scope), those about the workspace, and those about other files by their paths. Threads stay in the
 * order that they come in, and groups with nothing in them are left out. `isMissing` is asked with the
 * paths of files.
 */
export function threadRows(
  threads: readonly ListedThread[],
  openFile: string | undefined,
  isMissing: (path: string) => boolean,
): readonly GroupRow[] {
  const pinned: ThreadRow[] = [];
  const open: ThreadRow[] = [];
  const workspace: ThreadRow[] = [];
  const files = new Map<string, ThreadRow[]>();
  for (const thread of threads) {
    const { type, id } = thread.scope;
    const missing = type === "file" && isMissing(id);
    const row: ThreadRow = { type: "thread", id: thread.id, thread, missing };
    if (thread.pinned) pinned.push(row);
    else if (type !== "file") workspace.push(row);
    else if (id === openFile) open.push(row);
    else if (!files.get(id)?.push(row)) files.set(id, [row]);
  }
  const byPath = new Intl.Collator(languageTag(), { numeric: true });
  const fileRows = [...files]
    .map(([path, children]): FileRow => ({
      type: "file",
      path,
      missing: isMissing(path),
      children,
    }))
    .sort((a, b) => byPath.compare(a.path, b.path) || (a.path < b.path ? -1 : 1));
  const groups: readonly GroupRow[] = [
    {
      type: "group",
      key: "openFile",
      ...(openFile !== undefined && { path: openFile, missing: isMissing(openFile) }),
      children: open,
    },
    { type: "group", key: "pinned", children: pinned },
    { type: "group", key: "workspace", children: workspace },
    { type: "group", key: "files", children: fileRows },
  ];
  return groups.filter(({ children }) => children.length > 0);
}

/** The first `limit` rows of a branch, and behind them one for the others. */
export function firstRows(branch: Branch, limit: number): readonly Row[] {
  const { children } = branch;
  if (children.length <= limit) return children;
  const count = children.length - limit;
  return [...children.slice(0, limit), { type: "more", of: rowId(branch), count }];
}
