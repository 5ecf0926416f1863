import assert from "node:assert/strict";
import { maskDeep } from "../../../src/session/mask";
import { maskText } from "../../../src/session/secrets";
import { secretPatterns } from "../../../src/session/secretPatterns";
import { secretSamples } from "../../fixtures/secrets/corpus";
import { ordinaryTexts } from "../../fixtures/secrets/ordinary";
import { turnsDuring } from "../../support/eventLoop";
import { measureFalseLines, measureRecall, shows } from "../../support/measureMasking";
import { begin, delta, result, type Step, whole } from "../../support/scriptedRuntime";
import { idle, scriptedSession, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("masking, measured", () => {
  it("finds the secrets of every kind", async () => {
    const { samples, missed, byKind } = await measureRecall();
    assert.ok(samples.length >= 200 && byKind.size >= 25);
    const recall = 1 - missed.length / samples.length;
    assert.ok(recall >= 0.95, `${recall}; missed: ${missed.map(({ text }) => text).join("\n")}`);
    const worse = [...byKind].filter(([, share]) => share < 0.8);
    assert.deepEqual(worse, []);
  });

  it("leaves ordinary lines alone", async () => {
    const { lines, changed } = await measureFalseLines();
    assert.ok(lines >= 2000);
    assert.ok(changed.length / lines < 0.001, changed.join("\n"));
  });

  it("masks nothing that is masked", async () => {
    const texts = [...secretSamples().map(({ text }) => text), ...ordinaryTexts().values()];
    for (const text of texts) {
      const masked = await maskText(text);
      assert.equal(await maskText(masked), masked);
    }
    const kinds = [...new Set(secretPatterns.map(({ kind }) => kind))];
    const marks = kinds.map((kind) => `password = "[masked: ${kind}]", ${kind}=[masked: ${kind}]`);
    assert.equal(await maskText(marks.join("\n")), marks.join("\n"));
  });

  it("masks a key of many lines by one mark", async () => {
    for (const { text } of secretSamples().filter(({ kind }) => kind.endsWith("private key")))
      assert.match(await maskText(text), /^See this:\n\[masked: \w+\]\n$/);
  });

  it("is not switched off by a comment", async () => {
    const [sample] = secretSamples().filter(({ kind }) => kind === "GitLab token");
    assert.ok(sample);
    const text = `/* secretlint-disable */ ${sample.text} // secretlint-disable-line`;
    assert.ok(!shows(await maskText(text), sample.secrets));
  });

  it("finds a secret by the name of its field", async () => {
    const password = ["x8Kd92", "msQp"].join("");
    const input = { user: "robot", password, nested: [{ api_key: password, tokens: "8192-4096" }] };
    assert.deepEqual(await maskDeep(input, maskText), {
      user: "robot",
      password: "[masked: SECRET]",
      nested: [{ api_key: "[masked: SECRET]", tokens: "8192-4096" }],
    });
  });

  it("finds what is there of a secret that a text ends in", async () => {
    const firsts = new Map(secretSamples().map((sample) => [sample.kind, sample]));
    let cuts = 0;
    const missed: string[] = [];
    for (const { kind, text, secrets } of firsts.values())
      for (let end = 1; end <= text.length; end++, cuts++)
        if (shows(await maskText(text.slice(0, end)), secrets))
          missed.push(`${kind}: ${text.slice(0, end)}`);
    assert.ok(missed.length / cuts < 0.01, missed.join("\n"));
  });

  it("leaves time for others while it searches a long text", async () => {
    assert.ok((await turnsDuring(() => maskText("a line of a log\n".repeat(100_000)))) > 20);
  });

  // What takes the square of the length takes minutes.
  for (const unit of [
    "a",
    "A",
    "0",
    "=",
    "-",
    "/",
    " ",
    "\n",
    "eyJhbGciOi.",
    "token",
    "password=",
    "curl -u a:",
    "://a:b",
    "sk-proj-",
    "glpat-",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nabcdefghijklmnopqrst",
  ])
    // Hours, if it were not about as long as it is.
    it(`comes to an end with a megabyte of ${JSON.stringify(unit)}`, async () => {
      const text = unit.repeat(1_000_000 / unit.length);
      await maskText(text);
      await maskText(Buffer.from(text).toString("base64"));
    });
});

describe("a session with masking", () => {
  const folder = temporaryFolder();
  // In two pieces, so that nobody who searches this project for secrets finds one.
  const secret = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
  const text = `Use ${["ghp", secret].join("_")}, please.`;
  const cuts = Array.from({ length: text.length - 1 }, (_, at) => at + 1);

  /** Sends a message for each turn, and returns all that was stored. */
  async function stored(turns: readonly Step[][]): Promise<string> {
    const { session, store } = scriptedSession(folder(), [turns.flat()], {
      change: { mask: maskText },
    });
    for (let turn = 0; turn < turns.length; turn++) {
      await session.send("And now?", session.view().conversation.messages.length);
      await idle(session);
    }
    await session.dispose();
    assert.equal(session.view().conversation.messages.length, 2 * turns.length);
    return JSON.stringify([store.appended, [...store.conversations]]);
  }

  it("stores no secret, wherever the stream cuts it", async () => {
    const disk = await stored(
      cuts.map((cut) => [
        { awaitLine: true },
        ...begin("s1"),
        delta(text.slice(0, cut)),
        delta(text.slice(cut)),
        whole(text),
        result("s1"),
      ]),
    );
    assert.ok(!shows(disk, [secret]));
    assert.equal(disk.split("Use [masked: GITHUB_TOKEN], please.").length - 1, 2 * cuts.length);
  });

  it("stores no part of a secret, wherever the stream ends", async () => {
    const disk = await stored(
      cuts.map((cut) => [
        { awaitLine: true },
        ...begin("s1"),
        delta(text.slice(0, cut)),
        result("s1"),
      ]),
    );
    assert.ok(!shows(disk, [secret]));
    assert.ok(disk.includes("Use [masked: GITHUB_TOKEN]"));
  });

  it("stores no part of a secret while it streams", async () => {
    const { session, store } = scriptedSession(
      folder(),
      [[{ awaitLine: true }, ...begin("s1"), delta(text.slice(0, 26)), { hang: true }]],
      { change: { mask: maskText } },
    );
    await session.send("And now?", 0);
    await until(() => JSON.stringify(store.appended).includes('"Use '));
    assert.ok(!shows(JSON.stringify(store.appended), [secret]));
    await session.dispose();
    assert.ok(!shows(JSON.stringify(store.appended), [secret]));
  });
});
