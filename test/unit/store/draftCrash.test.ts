import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { textOf } from "../../../src/shared/thread";
import { bundlePrograms, bundles, Program, programPath, wasm } from "../../crash/programs";
import { between, seeded } from "../../crash/random";
import { shows } from "../../support/measureMasking";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const ROUNDS = 6;
/** When a window is killed, in turn: with a draft on the disk, with its message there, or at any time. */
const MOMENTS = ["typed", "sent", "any"] as const;

describe("drafts, when their window is killed", function () {
  const folder = temporaryFolder();
  before(bundlePrograms);
  after(() => rmSync(bundles, { recursive: true, force: true }));

  const drafter = (what: string) =>
    new Program("drafter", "drafter", [folder(), wasm, programPath("storeWorker"), what]);

  it("are there, masked, when typing has rested", async () => {
    // In two pieces, so that nobody who searches this project for secrets finds one.
    const secret = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
    const program = drafter(`Use ${["ghp", secret].join("_")}, and nothing else`);
    await program.says(() => program.lines.some(({ type }) => type === "typed"));
    const files = () =>
      readdirSync(folder()).map((name) => readFileSync(join(folder(), name), "latin1"));
    while (!files().some((content) => content.includes("and nothing else"))) await sleep(50);
    program.kill();
    await program.ended;
    for (const content of files()) assert.ok(!shows(content, [secret]));
    const store = await openStore(folder());
    const [draft, ...more] = await store.drafts();
    assert.equal(draft?.text, "Use [masked: GITHUB_TOKEN], and nothing else");
    assert.deepEqual(draft.unstored?.scope, { type: "file", id: "a.ts" });
    assert.deepEqual(more, []);
    await store.close();
  });

  it(`are there, or the message that they were sent as, and never both, ${ROUNDS} times`, async () => {
    const random = seeded(11);
    for (let round = 0; round < ROUNDS; round++) {
      const program = drafter("sends");
      const moment = MOMENTS[round % MOMENTS.length];
      if (moment === "typed") program.tell();
      else if (moment === "sent") program.tell(2);
      else program.tell(1000);
      const says = moment === "any" ? "typed" : moment;
      await program.says(() => program.lines.some(({ type }) => type === says));
      if (moment === "any") await sleep(between(random, 0, 300));
      program.kill();
      await program.ended;
      const typed = program.lines.flatMap((line) => (line.type === "typed" ? [line] : []));
      const last = typed.at(-1);
      assert.ok(last);
      const store = await openStore(folder());
      const draft = (await store.drafts()).find(({ thread }) => thread === last.thread)?.text;
      const stored = (await store.list()).some(({ id }) => id === last.thread);
      const messages = stored ? (await store.load(last.thread)).messages : [];
      const said = messages.filter(({ role }) => role === "user").map(textOf);
      const texts = typed.map(({ text }) => text);
      // The next draft may be on the disk before it could be said that it is.
      const next = draft === `Message ${texts.length + 1}`;
      if (draft === undefined || next) {
        assert.notEqual(moment, "typed");
        assert.deepEqual(said, texts);
      } else {
        assert.notEqual(moment, "sent");
        assert.equal(draft, last.text);
        assert.deepEqual(said, texts.slice(0, -1));
      }
      await store.close();
    }
  });
});
