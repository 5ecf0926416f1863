import assert from "node:assert/strict";
import { maskDeep } from "../../../src/session/mask";
import { maskText } from "../../../src/session/secrets";
import { unveiled } from "../../../src/session/unveiled";
import { withoutInvisible } from "../../../src/shared/invisible";
import { secretSamples } from "../../fixtures/secrets/corpus";
import { Random } from "../../fixtures/secrets/random";
import { inJson, type Veil, veils, veilsAlone } from "../../fixtures/secrets/veils";
import { shows } from "../../support/measureMasking";

/** A masked text without the kinds of its marks, and without the colours, which stay. */
const plain = (masked: string): string =>
  // eslint-disable-next-line no-control-regex
  masked.replace(/\[masked: \w+\]/g, "[masked]").replace(/\u001b\[[\d;]*[mK]/g, "");

/** A text with one secret in it: where that begins and ends, and the text as it is masked. */
interface Held {
  readonly kind: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly masked: string;
}

async function heldSecrets(): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (const { kind, text } of secretSamples()) {
    const masked = await maskText(text);
    const [before = "", after = "", ...more] = masked.split(/\[masked: \w+\]/);
    if (more.length === 0 && text.startsWith(before) && text.endsWith(after))
      held.push({
        kind,
        text,
        start: before.length,
        end: text.length - after.length,
        masked: plain(masked),
      });
  }
  return held;
}

/** Some veil, or none. */
type Choose = () => Veil | undefined;

/**
 * The secret as it is written, character by character. The first and the last one stay, and so does what
 * is written otherwise already: in a URL, or with a backslash.
 */
const written = ({ text, start, end }: Held, choose: Choose, depth: number): readonly string[] =>
  (text.slice(start, end).match(/\\.|%[0-9A-F]{2}|[^]/g) ?? []).map((character, at, { length }) => {
    const veil = at > 0 && at < length - 1 && /^[!-~]$/.test(character) ? choose() : undefined;
    return veil ? inJson(veil(character), depth) : character;
  });

describe("a secret that is written otherwise than it is read", function () {
  let held: readonly Held[] = [];
  before(async () => {
    held = await heldSecrets();
    assert.ok(new Set(held.map(({ kind }) => kind)).size > 50);
  });

  async function finds(secret: Held, characters: readonly string[], how: string): Promise<void> {
    const { text, start, end, masked } = secret;
    const veiled = text.slice(0, start) + characters.join("") + text.slice(end);
    const found = plain(await maskText(veiled));
    assert.ok(found === masked, `${how}: ${JSON.stringify({ veiled, found, masked })}`);
  }

  it("is found whole, of each kind, whatever is where in it", async () => {
    const random = new Random(20261201);
    const all = Object.values(veils);
    for (let round = 0; round < 2000; round++) {
      const secret = held[round % held.length];
      assert.ok(secret);
      const share = random.pick([1, 10, 60]);
      const veilOf = () => (random.below(60) < share ? all[random.below(all.length)] : undefined);
      await finds(secret, written(secret, veilOf, random.below(3)), `round ${round}`);
    }
  });

  for (const [name, veil] of Object.entries({ ...veils, ...veilsAlone }))
    it(`is found behind ${name}`, async () => {
      const random = new Random(1);
      for (const secret of held.filter(
        ({ text, start, end }, at) =>
          at % 7 === 0 && (name in veils || !/\s/.test(text.slice(start, end))),
      ))
        for (const share of [1, 2, 20])
          for (const depth of name in veils ? [0, 1, 2] : [0])
            await finds(
              secret,
              written(secret, () => (random.below(share) === 0 ? veil : undefined), depth),
              `${name} (${depth})`,
            );
    });

  const password = ["S3cr3t", "x8Kd92msQp"].join("-");
  const nameOf = (veil: Veil, name: string): string =>
    Array.from(name, (letter, at) => (at === 4 ? veil(letter) : letter)).join("");

  for (const [name, veil] of Object.entries(veils))
    it(`is found by its name behind ${name}`, async () => {
      for (const depth of [0, 1, 2]) {
        const text = `${inJson(nameOf(veil, "DB_PASSWORD"), depth)}=${password}`;
        assert.ok((await maskText(text)).endsWith("=[masked: SECRET]"), text);
      }
      const field = nameOf(veil, "password");
      const hidden = Array.from(password, (letter) => veil(letter)).join("");
      const input = { [field]: password, args: [`--${field}`, password], password: hidden };
      assert.deepEqual(await maskDeep(input, maskText), {
        [field]: "[masked: SECRET]",
        args: [`--${field}`, "[masked: SECRET]"],
        password: "[masked: SECRET]",
      });
    });

  it("is found where something stands between its name and it", async () => {
    for (const text of [
      `docker login --password \\\n    ${password} \\\n    --username app`,
      `export DB_PASSWORD=\\\n${password}`,
      `+  deploy --password \\\n+    ${password}`,
      `     7→deploy --password \\\n     8→  ${password}`,
      `<p><strong>Password:</strong>&nbsp;<code>${password}</code></p>`,
      `&lt;password&gt;${password}&lt;/password&gt;`,
      `{&quot;password&quot;: &quot;${password}&quot;}`,
      `API\\_KEY: ${password}`,
      `password=3D${password}`,
      `password\uff1a${password}`,
    ])
      assert.ok(!shows(await maskText(text), [password]), text);
  });

  it("takes with it what its first character is typed over", async () => {
    const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
    const bold = Array.from(token, (character) => `${character}\b${character}`).join("");
    assert.equal(await maskText(`Use ${bold}, please.`), "Use [masked: GITHUB_TOKEN], please.");
  });

  it("is hidden by no character that nobody sees", () => {
    const missed: string[] = [];
    for (let code = 0; code < 0x110000; code++) {
      const character = String.fromCodePoint(code);
      if (withoutInvisible(`a${character.repeat(2)}b`) !== "ab") continue;
      if (unveiled(`ab${character}cd`)[0]?.text !== "abcd") missed.push(code.toString(16));
    }
    // What takes back is seen to do so, and this one begins what steers a terminal.
    assert.deepEqual(missed, ["8", "1b", "9b"]);
  });
});
