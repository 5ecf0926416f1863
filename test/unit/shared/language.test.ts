import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { t } from "@vscode/l10n";
import { languageTag, speak, spokenLanguage, type Language } from "../../../src/shared/language";
import { relativeTime } from "../../../src/shared/relativeTime";
import { quoted } from "../../../src/shared/title";
import { bytes, clock, day, duration, short, usageLine } from "../../../webview/format";

describe("the language", () => {
  const file = "l10n/bundle.l10n.de.json";
  const texts = JSON.parse(readFileSync(file, "utf8")) as Language["texts"];

  afterEach(() => speak(undefined));

  it("is English unless another is spoken, and again when it is no more", () => {
    assert.deepEqual([t("Stop"), languageTag(), spokenLanguage()], ["Stop", "en", undefined]);
    speak({ tag: "de", texts });
    assert.deepEqual(
      [t("Stop"), languageTag(), spokenLanguage()?.texts],
      ["Anhalten", "de", texts],
    );
    speak(undefined);
    assert.deepEqual([t("Stop"), languageTag()], ["Stop", "en"]);
  });

  it("is English for a text that it lacks", () => {
    speak({ tag: "de", texts: {} });
    assert.equal(t("{0} files changed", 2), "2 files changed");
  });

  it("puts what others wrote into a text as it is", () => {
    speak({ tag: "de", texts });
    assert.equal(quoted("{0} and $& {1}"), "„{0} and $& {1}“");
  });

  it("has its own numbers, times and days", () => {
    speak({ tag: "de", texts });
    const at = Number(new Date(2026, 4, 3, 15, 7));
    const usage = {
      inputTokens: 12_345,
      outputTokens: 56,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    };
    assert.deepEqual(
      [
        relativeTime(0, 5 * 60_000),
        relativeTime(0, 2 * 24 * 60 * 60_000),
        short(1_234_567),
        bytes(12_345),
        bytes(1),
        duration(4200),
        clock(at),
        day(at, at),
        usageLine({ ...usage, costUsd: 0.01234, durationMs: 185_000 }).replaceAll("\u00a0", " "),
      ],
      [
        "vor 5 Min.",
        "vor 2 Tagen",
        "1,2 Mio.",
        "12,3 kB",
        "1 Byte",
        "4,2 s",
        "15:07",
        "Sonntag, 3. Mai",
        "12,3 Tsd. Eingabe · 56 Ausgabe · 0,0123 $ · 3 min 5 s",
      ],
    );
  });
});
