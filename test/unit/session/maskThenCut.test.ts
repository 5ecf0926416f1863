import assert from "node:assert/strict";
import { type FileNow, type FileText, HEAD, TAIL } from "../../../src/session/context";
import { DETAIL } from "../../../src/session/longOutput";
import { maskDeep } from "../../../src/session/mask";
import { maskText } from "../../../src/session/secrets";
import { news } from "../../../src/session/turnContext";
import { type Sample, secretSamples } from "../../fixtures/secrets/corpus";
import { Random, URL_SAFE } from "../../fixtures/secrets/random";
import { emptyConversation } from "../../support/conversations";
import { shows } from "../../support/measureMasking";
import { answer, begin, line, type Step } from "../../support/scriptedRuntime";
import { fileNow, idle, lastMessage, scriptedSession } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const WORDS = "some words that say nothing of any kind and end in ";

/** So many characters without a line's end, the last of which is a space; none for less than none. */
const filler = (length: number): string =>
  length <= 0 ? "" : WORDS.repeat(Math.ceil(length / WORDS.length)).slice(-length);

/** Where the middle of a sample's secret is in its text; not far from its beginning in a long one. */
function middleOf({ text, secrets: [secret = ""] }: Sample): number {
  return text.indexOf(secret) + Math.min(20, secret.length / 2);
}

/** A text of some length in which a secret has its middle at each of these places. */
function withSecretAt(sample: Sample, length: number, ...places: readonly number[]): string {
  let text = "";
  for (const place of places) text += filler(place - middleOf(sample) - text.length) + sample.text;
  return text + filler(length - text.length);
}

/** A tool's call and what comes of it. */
const toolCall = (name: string, content: string, tool_use_result: object): Step[] => [
  line({
    type: "assistant",
    message: { id: "m1", content: [{ type: "tool_use", id: name, name, input: {} }] },
  }),
  line({
    type: "user",
    message: { content: [{ type: "tool_result", tool_use_id: name, content }] },
    tool_use_result,
  }),
];

/** One sample of each kind of secret. */
const samples = [...new Map(secretSamples().map((sample) => [sample.kind, sample])).values()];

describe("what is cut is masked before", function () {
  this.timeout(300_000);
  const folder = temporaryFolder();

  it("in titles, long outputs, diffs, and what a failing program printed", async () => {
    for (const sample of samples) {
      const output = withSecretAt(sample, 300_000, 32 * 1024, 300_000 - 8 * 1024);
      const lines = withSecretAt(sample, 100_000, 64 * 1024)
        .replace(/^/gm, "+")
        .split("\n");
      const said = withSecretAt(
        sample,
        70_000,
        70_000 - 64 * 1024,
        70_000 - 32 * 1024,
        70_000 - DETAIL,
        70_000 - 4000,
      );
      const turn: Step[] = [
        { awaitLine: true },
        ...begin("s1"),
        ...toolCall("Bash", output, {}),
        ...toolCall("Edit", "Done.", {
          filePath: "a",
          structuredPatch: [{ oldStart: 1, oldLines: 0, newStart: 1, newLines: 1, lines }],
        }),
        { stderr: said },
        { write: `${said}\n` },
        { exit: 1 },
      ];
      const { session, store } = scriptedSession(folder(), [turn], { change: { mask: maskText } });
      // A word that goes on behind the cut is left out, but for the first.
      await session.send(withSecretAt(sample, 200, 0), 0);
      await idle(session);
      await session.dispose();
      const { error } = lastMessage(session);
      assert.ok(error?.detail && error.detail.length <= DETAIL && error.detail.length > DETAIL / 2);
      const stored = JSON.stringify([store.appended, [...store.conversations]]);
      assert.ok(!shows(stored, sample.secrets), `${sample.kind}: ${session.thread.title}`);
      assert.ok(stored.includes('"cut":true') && stored.includes('"omitted":'));
    }
  });

  it("in the title of a secret that is known only whole", async () => {
    const secret = new Random(7).text(95, URL_SAFE);
    const { session, store } = scriptedSession(folder(), [answer("Hi!")], {
      change: { mask: maskText },
    });
    await session.send(`hvs.${secret}`, 0);
    await idle(session);
    await session.dispose();
    assert.match(session.thread.title, /^\[masked: \w+\]$/);
    assert.ok(!shows(JSON.stringify(store.appended), [secret]));
  });

  /** What a thread keeps of a file. */
  async function keptOf(change: Partial<FileNow>): Promise<string> {
    const told = await news(
      emptyConversation("t"),
      { ...fileNow("src/a.ts"), ...change },
      maskText,
    );
    return JSON.stringify(
      await maskDeep(
        told.map(({ kept }) => kept),
        maskText,
      ),
    );
  }

  const file = (text: string, end?: FileText["end"]): { content: FileText } => ({
    content: { language: "", text, unsaved: false, changedAt: 0, ...(end && { end }) },
  });

  it("in the text of a file", async () => {
    for (const sample of samples) {
      const text = withSecretAt(sample, 200_000, HEAD, 200_000 - TAIL);
      const kept = await keptOf(file(text));
      assert.ok(kept.includes("are left out") && !shows(kept, sample.secrets), sample.kind);
    }
  });

  it("in the two ends of a large file", async () => {
    const missed: string[] = [];
    for (const sample of samples) {
      const text = withSecretAt(sample, 200_000, HEAD, 200_000 - TAIL);
      const end = { text: text.slice(-TAIL), omitted: 100_000 };
      const kept = await keptOf(file(text.slice(0, HEAD), end));
      if (shows(kept, sample.secrets)) missed.push(sample.kind);
    }
    // What is known by its name alone may be nothing special in its first half.
    assert.ok(missed.length <= 1, missed.join());
  });

  it("in the problems of a file", async () => {
    for (const sample of samples) {
      const message = withSecretAt(sample, 1000, 500);
      const kept = await keptOf({ problems: [{ severity: "Error", line: 1, message }] });
      assert.ok(
        kept.includes("reports these problems") && !shows(kept, sample.secrets),
        sample.kind,
      );
    }
  });
});
