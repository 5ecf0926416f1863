import assert from "node:assert/strict";
import { handedOverRounds } from "../../crash/handedOverRounds";

/** As many as take fifteen seconds of a processor; `npm run test:fuzz` hands over a thousand. */
const FOLDERS = 24;

describe("folders of threads that somebody hands over", () => {
  it(`are opened, or it is said why not, ${FOLDERS} times`, async () => {
    const { opened, damaged, refused } = await handedOverRounds({ count: FOLDERS, seed: 7 });
    assert.ok(opened > FOLDERS / 2, `${opened} were opened`);
    assert.ok(damaged > 0, "some were damaged, and that was said");
    assert.ok(refused > 0, "some were refused, and that was said");
  });
});
