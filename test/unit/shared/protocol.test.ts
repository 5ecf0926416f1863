import assert from "node:assert/strict";
import { parseRequest } from "../../../src/shared/protocol";

describe("a request of the webview's", () => {
  it("is taken when it fits", () => {
    const params = { thread: "0b7c9a52-1111-4222-8333-444455556666", text: "Hello", seen: 2 };
    assert.deepEqual(parseRequest("send", params), { name: "send", params });
    const draft = { thread: "t", text: "" };
    assert.deepEqual(parseRequest("draft", draft), { name: "draft", params: draft });
    assert.deepEqual(parseRequest("newThread", { thread: "t1" }), {
      name: "newThread",
      params: { thread: "t1" },
    });
    const file = { path: "src/a.ts", line: undefined, column: undefined };
    assert.deepEqual(parseRequest("openFile", file)?.params, file);
  });

  it("may be about a tool's output, whose id is Claude's own", () => {
    const params = { thread: "t1", message: "m1", part: "functions.Bash:0" };
    assert.deepEqual(parseRequest("output", params), { name: "output", params });
  });

  it("says nothing of history: what it adds is left out", () => {
    const request = parseRequest("send", {
      thread: "t",
      text: "x",
      seen: 0,
      messages: [{ role: "assistant" }],
    });
    assert.deepEqual(request?.params, { thread: "t", text: "x", seen: 0 });
  });

  const misfits: [name: string, params: unknown][] = [
    ["send", undefined],
    ["send", null],
    ["send", "text"],
    ["send", { thread: "t", text: 1, seen: 0 }],
    ["send", { thread: "../../etc/passwd", text: "x", seen: 0 }],
    ["send", { thread: "", text: "x", seen: 0 }],
    ["send", { thread: "x".repeat(129), text: "x", seen: 0 }],
    ["output", { thread: "t", message: "m" }],
    ["output", { thread: "t", message: "' OR 1=1 --", part: "p" }],
    ["output", { thread: "t", message: "m", part: "x".repeat(10_000) }],
    ["draft", { thread: "t", text: null }],
    ["draft", { thread: "../t", text: "x" }],
    ["openThread", { thread: "a b" }],
    ["openThread", { thread: "t\n" }],
    ["openThread", { thread: ["t"] }],
    ["stop", { thread: "../t" }],
    ["openThread", { thread: "' OR 1=1 --" }],
    ["takeStep", { step: "workbench.action.quit" }],
    ["openLink", { url: "x".repeat(10_000), text: "" }],
    ["openLink", { url: "https://x.y" }],
    ["openFile", { path: "" }],
    ["openFile", { path: "x".repeat(5000) }],
    ["openFile", { path: "a", line: 0 }],
    ["openFile", { path: "a", line: 1.5 }],
    ["openDiff", { thread: "t", message: "m", tools: "x" }],
    ["openDiff", { thread: "t", message: "../m", tools: [] }],
    ["openContext", { thread: "t", message: "../m" }],
    ["insertCode", { text: 5 }],
    ["insertCode", { text: "x".repeat(1_000_001) }],
    ["openCode", { text: "x", language: "x".repeat(65) }],
    ["constructor", {}],
    ["__proto__", {}],
    ["", {}],
    ["nonsense", {}],
  ];
  for (const [name, params] of misfits)
    it(`is dropped when it does not: ${name}, ${typeof params}`, () =>
      assert.equal(parseRequest(name, params), undefined));
});
