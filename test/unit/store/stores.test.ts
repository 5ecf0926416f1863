import { rmSync } from "node:fs";
import { WorkerThreadStore } from "../../../src/store/workerThreadStore";
import { bundlePrograms, bundles, programPath, wasm } from "../../crash/programs";
import { MemoryThreadStore } from "../../support/memoryThreadStore";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";
import { threadStoreContract } from "../../support/threadStoreContract";

describe("stores", () => {
  const folder = temporaryFolder();
  before(bundlePrograms);
  after(() => rmSync(bundles, { recursive: true, force: true }));

  threadStoreContract("in memory, as the tests use it", () =>
    Promise.resolve(new MemoryThreadStore()),
  );
  threadStoreContract("SQLite and a journal", () => openStore(folder()));
  threadStoreContract("the same, in a worker thread", () =>
    Promise.resolve(
      new WorkerThreadStore({
        program: programPath("storeWorker"),
        folder: folder(),
        wasm,
        onProblem: (problem) => {
          throw new Error(problem);
        },
        onForeign: () => {},
      }),
    ),
  );
});
