import assert from "node:assert/strict";
import type { ListedThread } from "../../../src/shared/thread";
import { firstRows, type Row, rowId, threadRows } from "../../../src/ui/threadRows";
import { emptyConversation } from "../../support/conversations";

const listed = (id: string, path = "", pinned = false): ListedThread => ({
  ...emptyConversation(id).thread,
  scope: path ? { type: "file", id: path } : { type: "workspace", id: "" },
  pinned,
  state: "idle",
});

const rowsOf = (threads: readonly ListedThread[], openFile?: string, ...missing: string[]) =>
  threadRows(threads, openFile, (path) => missing.includes(path));

/** A row and all that are under it. */
const withChildren = (row: Row): readonly Row[] => [
  row,
  ...("children" in row ? row.children.flatMap(withChildren) : []),
];

/** Rows as text, each under what it is in. */
const drawn = (rows: readonly Row[]): unknown[] =>
  rows.map((row) =>
    "children" in row ? [rowId(row), ...drawn(row.children)] : rowId(row).replace("thread:", ""),
  );

describe("the rows of the view of threads", () => {
  const threads = [
    listed("w1"),
    listed("b10", "src/b10.ts"),
    listed("p1", "src/a.ts", true),
    listed("a1", "src/a.ts"),
    listed("b9", "src/b9.ts"),
    listed("p2", "", true),
    listed("w2"),
    listed("b10again", "src/b10.ts"),
  ];

  it("are grouped, each thread once, in the order of the threads, and files by their paths", () => {
    assert.deepEqual(drawn(rowsOf(threads, "src/a.ts")), [
      ["group:openFile", "a1"],
      ["group:pinned", "p1", "p2"],
      ["group:workspace", "w1", "w2"],
      ["group:files", ["file:src/b9.ts", "b9"], ["file:src/b10.ts", "b10", "b10again"]],
    ]);
  });

  it("are among the files while another one is open, or none that has threads", () => {
    for (const open of [undefined, "src/none.ts", ""])
      assert.deepEqual(drawn(rowsOf(threads, open)).slice(-1), [
        [
          "group:files",
          ["file:src/a.ts", "a1"],
          ["file:src/b9.ts", "b9"],
          ["file:src/b10.ts", "b10", "b10again"],
        ],
      ]);
    assert.equal(rowsOf(threads, undefined)[0]?.key, "pinned");
  });

  it("leave out groups with nothing in them", () => {
    assert.deepEqual(rowsOf([], "src/a.ts"), []);
    assert.deepEqual(drawn(rowsOf([listed("w1")], "src/a.ts")), [["group:workspace", "w1"]]);
  });

  it("have ids that are the same for the same thread, wherever it is, and for nothing else", () => {
    for (const open of ["src/a.ts", "src/b9.ts", undefined]) {
      const ids = rowsOf(threads, open).flatMap(withChildren).map(rowId);
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(ids.includes("thread:a1"));
    }
  });

  it("know wherever a file that is not there is named, and whose threads are about it", () => {
    const missing = (openFile: string, ...paths: string[]) =>
      rowsOf(threads, openFile, ...paths)
        .flatMap(withChildren)
        .filter((row) => "missing" in row && row.missing)
        .map(rowId);
    assert.deepEqual(missing("src/b9.ts", "src/a.ts"), ["thread:p1", "file:src/a.ts", "thread:a1"]);
    assert.deepEqual(missing("src/a.ts", "src/a.ts"), ["group:openFile", "thread:a1", "thread:p1"]);
    assert.deepEqual(missing("src/a.ts"), []);
    // The path of what is about the workspace is none.
    assert.deepEqual(missing("src/a.ts", ""), []);
  });

  it("tell names apart that a file and a group, or an object, could share", () => {
    const rows = rowsOf([listed("__proto__", "__proto__"), listed("x", "constructor")], "");
    assert.deepEqual(drawn(rows), [
      ["group:files", ["file:__proto__", "__proto__"], ["file:constructor", "x"]],
    ]);
  });

  it("are the first of many, and one row for the others", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => listed(`t${index}`));
    const [group] = rowsOf(many, undefined);
    assert.ok(group);
    const rows = firstRows(group, 100);
    assert.equal(rows.length, 101);
    assert.deepEqual(rows.at(-1), { type: "more", of: "group:workspace", count: 9900 });
    assert.equal(firstRows(group, 10_000).length, 10_000);
  });
});
