import assert from "node:assert/strict";
import type { ChatSession } from "../../../src/session/chatSession";
import { UnseenTurns } from "../../../src/session/unseenTurns";
import { textOf } from "../../../src/shared/thread";
import { answer, begin, delta, result, type Step } from "../../support/scriptedRuntime";
import { idle, lastMessage, scriptedSession, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("turns that end where nobody looks", () => {
  const folder = temporaryFolder();
  const sessions: ChatSession[] = [];
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.dispose();
  });

  const watched = (isQuiet: (session: ChatSession) => boolean = () => false) => {
    const told: (readonly ChatSession[])[] = [];
    const turns = new UnseenTurns(isQuiet, (ended) => told.push(ended));
    const session = (...scenarios: Step[][]) => {
      const made = scriptedSession(folder(), scenarios).session;
      const changed = () => turns.changed(made);
      made.listen({ changed, turn: changed, reset: changed, unsaved: () => {} });
      sessions.push(made);
      return made;
    };
    return { told, turns, session };
  };

  it("are told of together when they end together, and each turn once", async () => {
    const { told, session } = watched();
    const one = session(answer("One"), answer("Three"));
    const two = session([{ awaitLine: true }, { exit: 1 }]);
    await Promise.all([one.send("1", 0), two.send("2", 0)]);
    await Promise.all([idle(one), idle(two)]);
    await until(() => told.length > 0);
    assert.deepEqual(
      told.map((ended) => new Set(ended)),
      [new Set([one, two])],
    );
    await one.send("3", 2);
    await idle(one);
    await until(() => told.length > 1);
    assert.deepEqual(told[1], [one]);
  });

  it("are not told of where they were seen, or were stopped by their user", async () => {
    const { told, session } = watched((session) => session === one && seen);
    let seen = true;
    const steps: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      delta("Two"),
      { awaitLine: true },
      result("s1", { is_error: true }),
    ];
    const one: ChatSession = session(answer("One"), steps);
    await one.send("1", 0);
    await idle(one);
    seen = false;
    await one.send("2", 2);
    await until(() => textOf(lastMessage(one)) === "Two");
    one.stop();
    await idle(one);
    // What ends later is told of alone.
    const other = session(answer("Three"));
    await other.send("3", 0);
    await until(() => told.length > 0);
    assert.deepEqual(told, [[other]]);
  });

  it("are not told of any more once the window closes", async () => {
    const { told, turns, session } = watched();
    const one = session(answer("One"));
    await one.send("1", 0);
    await idle(one);
    turns.dispose();
    // Another window is told of what ended later.
    const other = watched();
    await other.session(answer("Two")).send("2", 0);
    await until(() => other.told.length > 0);
    assert.deepEqual(told, []);
  });
});
