import assert from "node:assert/strict";
import { codeSpan, fence } from "../../../src/shared/fence";

describe("code in Markdown", () => {
  it("is fenced by more backticks than it has in a row", () => {
    assert.equal(fence("a", "ts"), "```ts\na\n```");
    assert.equal(fence("```\n````", ""), "`````\n```\n````\n`````");
  });

  it("is a span within a line by the same rule", () => {
    assert.equal(codeSpan("a\nb"), "`a b`");
    assert.equal(codeSpan("`a``"), "``` `a`` ```");
    assert.equal(codeSpan(""), "``");
  });

  it("may have more runs of backticks than a call has arguments", () => {
    const runs = "`a ".repeat(400_000);
    assert.equal(fence(runs, ""), `\`\`\`\n${runs}\n\`\`\``);
    assert.ok(codeSpan(runs).startsWith("`` `a "));
  });
});
