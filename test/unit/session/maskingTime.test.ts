import assert from "node:assert/strict";
import { maskText } from "../../../src/session/secrets";
import { repeated } from "../../fixtures/hostile/size";
import { secretSamples } from "../../fixtures/secrets/corpus";
import { veils, veilsAlone } from "../../fixtures/secrets/veils";
import { growthOf, LINEAR } from "../../support/growth";
import { hostileTexts } from "../../support/hostileTexts";

/** Every regular expression that is tried on one of these texts, those of secretlint's rules as well. */
async function expressionsOn(texts: readonly string[]): Promise<readonly RegExp[]> {
  const used = new Map<string, RegExp>();
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function (text) {
    used.set(String(this), this);
    return exec.call(this, text);
  };
  try {
    for (const text of texts) await maskText(text);
  } finally {
    RegExp.prototype.exec = exec;
  }
  return [...used.values()];
}

/** Searches a text from its beginning to its end. */
function search({ source, flags }: RegExp): (text: string) => void {
  const expression = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
  return (text) => void text.replace(expression, "");
}

describe("masking, whatever the text", function () {
  this.timeout(300_000);

  let expressions: readonly RegExp[] = [];
  before(async () => {
    expressions = await expressionsOn(secretSamples().map(({ text }) => text));
  });

  it("takes twice as long for twice as much, with each of its expressions", async () => {
    assert.ok(expressions.length > 80);
    const worse: string[] = [];
    for (const expression of expressions) {
      const run = search(expression);
      for (const { name, text } of hostileTexts(expression))
        if ((await growthOf(run, text)) > LINEAR) worse.push(`${String(expression)} on ${name}`);
    }
    assert.deepEqual(worse, []);
  });

  it("takes twice as long for twice as much, with all of them", async () => {
    const worse: string[] = [];
    for (const expression of expressions)
      for (const { name, text } of hostileTexts(expression).filter((_, at) => at % 61 === 0))
        if ((await growthOf(maskText, text)) > LINEAR) worse.push(name);
    assert.deepEqual(worse, []);
  });

  it("takes twice as long for twice as much that is not written as it is read", async () => {
    const worse: string[] = [];
    for (const [name, veil] of Object.entries({ ...veils, ...veilsAlone }))
      for (const unit of [
        veil("a"),
        `PASSWORD=${veil("1")}`,
        `-${veil("x").slice(0, -1)}`,
        `"${veil("-")}`,
      ])
        if ((await growthOf(maskText, (length) => repeated(unit, length))) > LINEAR)
          worse.push(`${name}: ${JSON.stringify(unit)}`);
    assert.deepEqual(worse, []);
  });

  for (const [name, text] of Object.entries({
    "a password without an end": `PASSWORD=${"Ab.".repeat(5_400_000)}1`,
    "words behind a password": `PASSWORD=${"word ".repeat(1_600_000)}`,
    "a private key of nothing": `-----BEGIN PRIVATE KEY-----${"\n".repeat(16_000_000)}`,
    "a private key without an end": `-----BEGIN PRIVATE KEY-----${`\n${"A".repeat(16)}`.repeat(950_000)}`,
    "a Slack token without an end": `xoxb-${"a-".repeat(8_000_000)}`,
    "a colour at each letter": "\u001b[0ma".repeat(1_000_000),
    "letters typed over others": "a\ba".repeat(1_000_000),
    "all of it taken back": "a".repeat(1_000_000) + "\b".repeat(1_000_000),
    "a tag without an end": "<a b".repeat(1_000_000),
    "a backslash without an end": "\\".repeat(2_000_000),
  }))
    it(`comes to an end with ${name}`, async () => {
      const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
      const masked = await maskText(`${text} ${token}`);
      assert.ok(masked.endsWith("[masked: GITHUB_TOKEN]"));
    });

  it("finds a secret wherever it stands in a text that is searched in pieces", async () => {
    const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
    // About the places where pieces end and begin, the last of which is the end of the text.
    for (const at of [934_464, 999_960, 1_000_000, 1_868_928])
      for (let shift = -60; shift < 60; shift += 10) {
        const text = `${" ".repeat(at + shift)}PASSWORD=${token} ${"-".repeat(100_000)}`;
        const masked = await maskText(text);
        assert.ok(!masked.includes("5k4aXcaT") && masked.length < text.length, String(at + shift));
      }
  });
});
