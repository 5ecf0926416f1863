import { MemoryThreadStore } from "../../support/memoryThreadStore";
import { openStore } from "../../support/openStore";
import { openWorkerStore } from "../../support/openWorkerStore";
import { temporaryFolder } from "../../support/temporaryFolder";
import { threadStoreContract } from "../../support/threadStoreContract";

describe("stores", () => {
  const folder = temporaryFolder();
  threadStoreContract("in memory, as the tests use it", () =>
    Promise.resolve(new MemoryThreadStore()),
  );
  threadStoreContract("SQLite and a journal", () => openStore(folder()));
  threadStoreContract("the same, in a worker thread", () => openWorkerStore(folder()));
});
