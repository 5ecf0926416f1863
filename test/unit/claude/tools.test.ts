import assert from "node:assert/strict";
import { toolOutcome } from "../../../src/claude/tools";
import { recordedTurns } from "../../../src/claude/transcript";
import { Translator } from "../../../src/claude/translate";
import { applyAll } from "../../../src/shared/reducer";
import { STOPPED, type FilePatch, type ToolOutcome } from "../../../src/shared/thread";
import { toUIMessages } from "../../../src/shared/uiMessages";
import { foldLines } from "../../support/foldRecording";
import { recordingLines } from "../../support/recordings";

const hunk = (lines: string[], start = 1) => ({
  oldStart: start,
  oldLines: lines.filter((line) => !line.startsWith("+")).length,
  newStart: start,
  newLines: lines.filter((line) => !line.startsWith("-")).length,
  lines,
});

const edited = (...structuredPatch: unknown[]) => ({ filePath: "/w/a.ts", structuredPatch });

function patchOf(outcome: ToolOutcome): FilePatch | undefined {
  assert.ok("output" in outcome);
  return outcome.patch;
}

describe("what is kept of a tool's result", () => {
  it("is its text, and that it was stopped rather than what Claude is told of that", () => {
    assert.deepEqual(toolOutcome("ok", false, undefined), { output: "ok" });
    assert.deepEqual(toolOutcome([{ type: "text", text: "a" }, { type: "image" }], false, null), {
      output: "a\n[image]",
    });
    assert.deepEqual(toolOutcome("Exit code 3", true, "Error: Exit code 3"), {
      errorText: "Exit code 3",
    });
    assert.deepEqual(
      toolOutcome("The user doesn't want to proceed with this tool use. The…", true, ""),
      {
        errorText: STOPPED,
      },
    );
  });

  it("is the diff of a changed file, with its counts", () => {
    const result = edited(hunk([" a", "-b", "+c", "+d"]), hunk(["-x"], 40));
    assert.deepEqual(patchOf(toolOutcome("done", false, result)), {
      path: "/w/a.ts",
      diff: "@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n@@ -40,1 +40,0 @@\n-x",
      added: 2,
      removed: 2,
    });
  });

  it("is no second copy of a new file", () => {
    const result = { ...edited(), type: "create", content: "one\ntwo\n" };
    assert.deepEqual(patchOf(toolOutcome("done", false, result)), {
      path: "/w/a.ts",
      diff: "",
      added: 2,
      removed: 0,
      created: true,
    });
  });

  it("is bounded: a huge diff ends with a whole line, and its counts are of all of it", () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `+line ${at}`);
    const patch = patchOf(toolOutcome("done", false, edited(hunk(lines))));
    assert.ok(patch?.cut);
    assert.equal(patch.added, 50_000);
    assert.ok(patch.diff.length <= 65_536);
    assert.match(patch.diff, /\n\+line \d+$/);
    const endless = patchOf(toolOutcome("done", false, edited(hunk(["+".repeat(1_000_000)]))));
    assert.equal(endless?.diff, "@@ -1,0 +1,1 @@");
  });

  for (const odd of [null, "Error", 5, [], { filePath: 5 }, { ...edited(), structuredPatch: [5] }])
    it(`is its text alone when the record is odd: ${JSON.stringify(odd)}`, () => {
      assert.deepEqual(toolOutcome("done", false, odd), { output: "done" });
    });

  it("comes from the real CLI's recordings, and leaves as the SDK's metadata", () => {
    const { conversation } = foldLines(recordingLines("330-tools.ndjson"));
    const tools = conversation.messages.flatMap(({ parts }) =>
      parts.filter((part) => part.type === "dynamic-tool"),
    );
    const [write, edit] = tools;
    assert.equal(write?.patch?.created, true);
    assert.deepEqual([edit?.patch?.added, edit?.patch?.removed], [1, 1]);
    assert.match(edit?.patch?.diff ?? "", /^@@ -1,2 \+1,2 @@\n one\n-two\n/);
    const exported = toUIMessages(conversation)
      .flatMap(({ parts }) => parts)
      .find((part) => "toolCallId" in part && part.toolCallId === edit?.id);
    assert.ok(exported?.type === "dynamic-tool" && !("patch" in exported));
    assert.deepEqual(exported.callProviderMetadata?.["claude"], {
      startedAt: 0,
      endedAt: 0,
      patch: edit?.patch,
    });
  });

  it("keeps its times and its diff when it is told of again later", () => {
    const lines = recordingLines("330-tools.ndjson");
    const { conversation } = foldLines(lines);
    const [reply] = conversation.messages;
    assert.ok(reply);
    const timed = {
      ...conversation,
      messages: [
        {
          ...reply,
          parts: reply.parts.map((part) =>
            part.type === "dynamic-tool" ? { ...part, startedAt: 5, endedAt: 7 } : part,
          ),
        },
      ],
    };
    const translator = new Translator({
      newReply: () => reply,
      now: () => 99,
      later: true,
      sessionId: () => null,
    });
    translator.begin();
    const record = lines
      .map((line) => line.replace('"tool_use_result"', '"toolUseResult"'))
      .filter((line) => /^\{"type":"(?:user|assistant)"/.test(line));
    const prompt = '{"type":"user","message":{"role":"user","content":"Go"}}';
    const said = recordedTurns([prompt, ...record].join("\n"))
      .flatMap(({ answer }) => answer)
      .flatMap((message) => translator.read(message).events);
    assert.ok(said.some(({ type }) => type === "toolEnded"));
    assert.deepEqual(applyAll(timed, said).messages, timed.messages);
  });

  it("says how long Claude thought", () => {
    const { conversation } = foldLines(recordingLines("02-thinking.ndjson"));
    const thought = conversation.messages
      .flatMap(({ parts }) => parts)
      .find((part) => part.type === "reasoning");
    assert.equal(thought?.startedAt, 0);
    assert.equal(thought.endedAt, 0);
  });
});
