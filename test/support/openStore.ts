import { join } from "node:path";
import { SqlThreadStore } from "../../src/store/sqlThreadStore";

/** The real store on a folder. `problems` collects what it says of damage. */
export const openStore = (folder: string, problems: string[] = []): Promise<SqlThreadStore> =>
  SqlThreadStore.open({
    folder,
    wasm: join(__dirname, "../../node_modules/sql.js/dist/sql-wasm.wasm"),
    onProblem: (problem) => problems.push(problem),
  });
