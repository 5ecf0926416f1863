import assert from "node:assert/strict";
import { type TurnGuard, UnlessOnClone } from "../../../src/session/hostFiles";

describe("the guard of a turn, where Claude may work on a clone", () => {
  const heard: string[] = [];
  beforeEach(() => (heard.length = 0));
  const guard: TurnGuard = {
    begin: (answer) => {
      heard.push(`begin ${answer}`);
      return Promise.resolve();
    },
    end: (answer) => {
      heard.push(`end ${answer}`);
      return Promise.resolve(undefined);
    },
    leave: (answer) => heard.push(`leave ${answer}`),
  };

  it("begins only where Claude can write to the folder", async () => {
    let clone = true;
    const ours = new UnlessOnClone(
      () => guard,
      () => Promise.resolve(clone),
    );
    await ours.begin("a");
    assert.deepEqual(heard, []);
    clone = false;
    await ours.begin("b");
    await ours.end("b");
    assert.deepEqual(heard, ["begin b", "end b"]);
  });

  it("begins no turn that was over before it was known", async () => {
    const waiting: ((clone: boolean) => void)[] = [];
    const ours = new UnlessOnClone(
      () => guard,
      () => new Promise((resolve) => waiting.push(resolve)),
    );
    const begun = ["ended", "left", "runs"].map((answer) => ours.begin(answer));
    await ours.end("ended");
    ours.leave("left");
    for (const know of waiting) know(false);
    await Promise.all(begun);
    assert.deepEqual(heard, ["end ended", "leave left", "begin runs"]);
  });
});
