import assert from "node:assert/strict";
import { page } from "../../../src/ui/page";

describe("the page's policy", () => {
  it("allows what is ours and named, and nothing else", () => {
    const html = page((file) => `own:${file}`, "own:");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const nonce = /nonce="([^"]*)"/.exec(html)?.[1] ?? "";
    assert.deepEqual(policy.replaceAll(nonce, "N").split("; "), [
      "default-src 'none'",
      "img-src own: data:",
      "font-src own:",
      "style-src own: 'nonce-N'",
      "script-src 'nonce-N'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});
