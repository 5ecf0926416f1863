import { join } from "node:path";
import { SqlThreadStore, type SqlThreadStoreOptions } from "../../src/store/sqlThreadStore";

/** The real store on a folder. `problems` collects what it says of damage; `quiet` is in milliseconds. */
export const openStore = (
  folder: string,
  problems: string[] = [],
  quiet?: number,
  onForeign?: SqlThreadStoreOptions["onForeign"],
  onReadOnly?: SqlThreadStoreOptions["onReadOnly"],
  now?: () => number,
): Promise<SqlThreadStore> =>
  SqlThreadStore.open({
    folder,
    ...(quiet !== undefined && { quiet }),
    ...(onForeign && { onForeign }),
    ...(onReadOnly && { onReadOnly }),
    ...(now && { now }),
    wasm: join(__dirname, "../../node_modules/sql.js/dist/sql-wasm.wasm"),
    onProblem: (problem) => problems.push(problem),
  });
