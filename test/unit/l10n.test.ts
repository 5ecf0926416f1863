import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/paths";
import { placesOf, sourceTexts, textsOf } from "../support/texts";

type Bundle = Readonly<Record<string, string>>;

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));
const manifestTexts = read("package.nls.json") as Bundle;
const { texts, problems } = sourceTexts();

/** The languages that there are, by the files of their texts. */
const LANGUAGES = readdirSync(join(root, "l10n")).map((file) => {
  const language = /^bundle\.l10n\.([a-z-]+)\.json$/.exec(file)?.[1];
  assert.ok(language, `${file} is no bundle`);
  return language;
});

/** Every text of the manifest, with the key that it is under. */
function* manifestStrings(value: unknown, key = ""): Generator<readonly [string, string]> {
  if (typeof value === "string") yield [key, value];
  else if (Array.isArray(value)) for (const entry of value) yield* manifestStrings(entry, key);
  else if (typeof value === "object" && value !== null)
    for (const [name, entry] of Object.entries(value)) yield* manifestStrings(entry, name);
}

/** What VS Code shows to people. */
const SHOWN = new Set([
  "title",
  "name",
  "contents",
  "contextualTitle",
  "category",
  "description",
  "markdownDescription",
  "enumDescriptions",
  "markdownEnumDescriptions",
  "patternErrorMessage",
  "altText",
]);

const sorted = (names: Iterable<string>): string[] => [...names].sort();

/** What a translation lacks, and what it has that nobody asks for. */
const compared = (wanted: readonly string[], there: readonly string[]) => ({
  missing: wanted.filter((text) => !there.includes(text)),
  forgotten: there.filter((text) => !wanted.includes(text)),
});

describe("the texts of the sources", () => {
  it("are literals, with something for each of their places", () => {
    assert.deepEqual(problems, []);
    assert.ok(texts.size > 200);
  });

  const BAD: [what: string, source: string][] = [
    ["a variable", "const say = 'Stop'; t(say);"],
    ["half sentences", "t('Stop ' + name);"],
    ["a template", "t(`Stop ${name}`);"],
    ["a place without anything", "t('Stop {0}');"],
    ["something without a place", "t('Stop', name);"],
    ["the function itself, handed on", "names.map(t);"],
  ];
  for (const [what, source] of BAD)
    it(`are told from ${what}`, () => {
      const found = textsOf(`import { t } from "@vscode/l10n";\n${source}`, "a.ts");
      assert.equal(found.problems.length, 1);
    });

  it("are translated in one way", () => {
    const found = textsOf('import * as l10n from "@vscode/l10n";\nvscode.l10n.t("Stop");', "a.ts");
    assert.equal(found.problems.length, 2);
  });
});

describe("the manifest", () => {
  const manifest = read("package.json") as Readonly<Record<string, unknown>>;
  const { description, capabilities, contributes } = manifest;
  const shown = [...manifestStrings({ description, capabilities, contributes })].filter(
    // The settings' own defaults and patterns have keys of other names.
    ([key, text]) => SHOWN.has(key) && text !== "Sandbox Chat",
  );

  it("has no text of its own but the product’s name", () => {
    assert.deepEqual(
      shown.filter(([, text]) => !/^%[\w.-]+%$/.test(text)),
      [],
    );
  });

  it("names just the keys that there are", () => {
    const named = shown.map(([, text]) => text.slice(1, -1));
    assert.deepEqual(sorted(new Set(named)), sorted(Object.keys(manifestTexts)));
  });

  it("says where the texts of the sources are", () => assert.equal(manifest["l10n"], "./l10n"));
});

it("there is German", () => assert.ok(LANGUAGES.includes("de")));

for (const language of LANGUAGES)
  describe(`in the language ${language}`, () => {
    const bundle = read(`l10n/bundle.l10n.${language}.json`) as Bundle;
    const manifest = read(`package.nls.${language}.json`) as Bundle;
    const byEnglish: [english: string, text: string | undefined][] = [
      ...Object.entries(bundle),
      ...Object.entries(manifestTexts).map(([key, english]): [string, string | undefined] => [
        english,
        manifest[key],
      ]),
    ];

    it("there is every text, and no other", () => {
      const nothing = { missing: [], forgotten: [] };
      assert.deepEqual(compared([...texts], Object.keys(bundle)), nothing);
      assert.deepEqual(compared(Object.keys(manifestTexts), Object.keys(manifest)), nothing);
    });

    it("each text says something, with the same places", () => {
      const wrong = byEnglish.filter(
        ([english, text]) =>
          !text?.trim() || String(sorted(placesOf(text))) !== String(sorted(placesOf(english))),
      );
      assert.deepEqual(wrong, []);
    });

    it("a command is called the same wherever it is named", () => {
      const wrong = Object.entries(manifestTexts)
        .filter(([key]) => key.startsWith("command."))
        .flatMap(([key, english]) => {
          const named = manifest[key] ?? "";
          return byEnglish.filter(([where, text]) => {
            if (where === english) return text !== named;
            return where.includes(`“${english}”`) || where.includes(`*${english}*`)
              ? !text?.includes(named)
              : false;
          });
        });
      assert.deepEqual(wrong, []);
    });
  });
