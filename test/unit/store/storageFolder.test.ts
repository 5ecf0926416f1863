import assert from "node:assert/strict";
import { storageFolder } from "../../../src/store/storageFolder";

describe("the folder of a workspace's threads", () => {
  const cases: [given: string, folder: string][] = [
    ["/data/workspaceStorage/4e4676dc/a.b", "/data/workspaceStorage/4e4676dc/a.b"],
    ["/data/workspaceStorage/4e4676dc-1/a.b", "/data/workspaceStorage/4e4676dc/a.b"],
    ["/data/workspaceStorage/-4e4676dc-9/a.b", "/data/workspaceStorage/-4e4676dc/a.b"],
    [
      "/data/workspaceStorage/0123456789abcdef0123456789abcdef-2/a.b",
      "/data/workspaceStorage/0123456789abcdef0123456789abcdef/a.b",
    ],
    ["/data/workspaceStorage/1700000000-12/a.b", "/data/workspaceStorage/1700000000-12/a.b"],
    ["/data/globalStorage/a.b-1", "/data/globalStorage/a.b-1"],
  ];
  for (const [given, folder] of cases) it(given, () => assert.equal(storageFolder(given), folder));
});
