import assert from "node:assert/strict";
import { resultError, retrySentence } from "../../../src/claude/errors";
import { parseLine, type ResultMessage } from "../../../src/claude/wire";

function result(fields: object): ResultMessage {
  const { message } = parseLine(JSON.stringify({ type: "result", is_error: true, ...fields }));
  assert.equal(message?.type, "result");
  return message;
}

describe("Claude's failures", () => {
  const codeOf = (fields: object, name?: string) => resultError(result(fields), name).code;

  it("are known by the name that Claude gives them, else by their HTTP status, else by the words", () => {
    assert.equal(codeOf({ api_error_status: 500 }, "rate_limit"), "rateLimited");
    assert.equal(codeOf({ api_error_status: 401 }), "notLoggedIn");
    assert.equal(codeOf({ api_error_status: 503 }), "overloaded");
    assert.equal(codeOf({ result: "Not logged in · Please run /login" }), "notLoggedIn");
    assert.equal(codeOf({ result: "Prompt is too long" }, "invalid_request"), "tooLarge");
    assert.equal(codeOf({ subtype: "error_max_turns" }), "maxTurns");
  });

  it("have a sentence, also when nothing about them is known", () => {
    for (const name of [undefined, "", "martian", "constructor", "__proto__"]) {
      const error = resultError(result({ api_error_status: 418 }), name);
      assert.deepEqual(error, { code: "claude", message: "Claude could not finish this turn." });
    }
  });

  it("come with all that Claude said of them", () => {
    const error = resultError(result({ result: "", errors: ["One.", null, "Two."] }), undefined);
    assert.equal(error.detail, "One.\n\nTwo.");
  });
});

describe("a retry", () => {
  it("is told with its reason", () => {
    assert.equal(retrySentence("overloaded", 2, 10), "Claude’s API is overloaded, try 2 of 10.");
    for (const error of ["", "martian", "constructor"])
      assert.match(retrySentence(error, 1, 3), /^Claude’s API does not answer .*, try 1 of 3\.$/);
    const reasons = ["overloaded", "rate_limit", "server_error", "?"].map((error) =>
      retrySentence(error, 1, 1),
    );
    assert.equal(new Set(reasons).size, 4);
  });
});
