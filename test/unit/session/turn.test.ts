import assert from "node:assert/strict";
import {
  isOurs,
  shownTurn,
  transition,
  type Turn,
  type TurnEvent,
} from "../../../src/session/turn";

const TURNS: readonly Turn[] = [
  { phase: "idle" },
  { phase: "acquiring" },
  { phase: "running" },
  { phase: "stopping" },
  { phase: "elsewhere" },
  { phase: "recovering" },
];

/** What each event makes of each state, in the order above; "·" leaves it as it is. */
const TABLE: Readonly<Record<Exclude<TurnEvent["type"], "note">, string>> = {
  //           idle       acquiring running  stopping  elsewhere  recovering
  begin: "     acquiring  ·         ·        ·         ·          ·",
  begun: "     ·          running   ·        ·         ·          ·",
  refused: "   ·          idle      ·        idle      ·          ·",
  stop: "      ·          stopping  stopping ·         ·          ·",
  ended: "     ·          ·         idle     idle      ·          ·",
  lost: "      ·          elsewhere elsewhere elsewhere ·         elsewhere",
  otherBegan: "elsewhere  ·         ·        ·         ·          ·",
  otherEnded: "·          ·         ·        ·         idle       ·",
  recover: "   recovering ·         ·        ·         recovering ·",
  recovered: " ·          ·         ·        ·         ·          idle",
};

describe("the state of a turn", () => {
  for (const [type, row] of Object.entries(TABLE))
    it(`follows "${type}"`, () => {
      const expected = row.trim().split(/\s+/);
      const found = TURNS.map((turn) => {
        const next = transition(turn, { type } as TurnEvent);
        return next === turn ? "·" : next.phase;
      });
      assert.deepEqual(found, expected);
    });

  it("has a note while Claude works, and no other", () => {
    const noted = TURNS.map((turn) => transition(turn, { type: "note", note: "Waiting." }));
    assert.deepEqual(
      noted.map((turn) => ("note" in turn ? turn.note : undefined)),
      [undefined, undefined, "Waiting.", undefined, undefined, undefined],
    );
    const [, , running] = noted;
    assert.ok(running);
    assert.equal(transition(running, { type: "note", note: "Waiting." }), running);
    assert.deepEqual(transition(running, { type: "note", note: undefined }), { phase: "running" });
  });

  it("says who has the lease", () => {
    assert.deepEqual(TURNS.map(isOurs), [false, true, true, true, false, true]);
  });

  it("is told to a panel in the panel's words", () => {
    assert.deepEqual(
      TURNS.map((turn) => shownTurn(turn).phase),
      ["idle", "working", "working", "stopping", "elsewhere", "idle"],
    );
    const running: Turn = { phase: "running", note: "Waiting." };
    assert.deepEqual(shownTurn(running), { phase: "working", note: "Waiting." });
  });
});
