/**
 * Opens the real store on a folder, and says all that is in it. It closes the store, or ends without,
 * as its last argument says.
 */
import { SqlThreadStore } from "../../src/store/sqlThreadStore";
import { type Content, found } from "./facts";
import { program } from "./threadWriter";

program(async ([folder = "", wasm = "", close = ""]) => {
  const problems: string[] = [];
  const store = await SqlThreadStore.open({
    folder,
    wasm,
    onProblem: (problem) => problems.push(problem),
  });
  const threads: Record<string, Content["threads"][string]> = {};
  for (const { id } of await store.list()) threads[id] = (await store.load(id)).messages.map(found);
  if (close === "close") await store.close();
  const content: Content = { threads, problems };
  process.stdout.write(JSON.stringify(content));
});
