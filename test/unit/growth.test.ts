/** Whatever comes out of a sandbox, nothing takes longer than by its length. */
import assert from "node:assert/strict";
import { LineSplitter } from "../../src/claude/lines";
import { recordedTurns } from "../../src/claude/transcript";
import { toolOutcome } from "../../src/claude/tools";
import { parseLine } from "../../src/claude/wire";
import { problemOf } from "../../src/sandbox/problem";
import { diffSides } from "../../src/session/diffSides";
import { historyOf } from "../../src/session/history";
import { linkTarget } from "../../src/session/linkTarget";
import { threadMarkdown } from "../../src/session/threadMarkdown";
import { unveiled } from "../../src/session/unveiled";
import { workspacePath } from "../../src/session/workspacePath";
import { changeOf, parseDiff } from "../../src/shared/diff";
import { codeSpan, fence } from "../../src/shared/fence";
import { fileName } from "../../src/shared/fileName";
import { piecesOf, spelledOut, withoutInvisible } from "../../src/shared/invisible";
import type { Masked } from "../../src/shared/masked";
import { unlinked, unmarked, withoutIcons } from "../../src/shared/plain";
import { applyAll } from "../../src/shared/reducer";
import { withoutEscapes } from "../../src/shared/terminal";
import { quoted, shownTitle, titleFrom } from "../../src/shared/title";
import type { Part, ToolPart } from "../../src/shared/thread";
import { snippetOf } from "../../src/store/snippet";
import { indexable, matches, parseQuery } from "../../src/store/words";
import { parseAnsi, plainText } from "../../webview/ansi";
import { calm } from "../../webview/markdown/calm";
import { withFiles } from "../../webview/markdown/files";
import { highlight } from "../../webview/markdown/highlight";
import { parse } from "../../webview/markdown/parse";
import { branchesOf } from "../../webview/parts/branches";
import { chunksOf } from "../../webview/parts/chunks";
import { toolFields, toolSummary, toolTitle } from "../../webview/parts/toolSummary";
import { Speech } from "../../webview/speech";
import { textsOf } from "../../webview/find/texts";
import { tasksAfter } from "../../webview/tasks";
import { UNITS, repeated } from "../fixtures/hostile/size";
import { emptyConversation, message, textPart } from "../support/conversations";
import { foldLines } from "../support/foldRecording";
import { growthOf, LINEAR } from "../support/growth";

const text = (id: string, said: string, parent?: string): Part => ({
  type: "text",
  id,
  text: said,
  ...(parent !== undefined && { parent }),
});

const edit = (old_string: string, new_string: string): ToolPart => ({
  type: "dynamic-tool",
  id: "t",
  toolCallId: "t",
  toolName: "Edit",
  state: "input-available",
  input: { file_path: "a.ts", old_string, new_string },
});

const phrases = parseQuery("ab cd");

/** What is done with a text that comes out of a sandbox, or that it can have put into a file. */
const ALGORITHMS: Readonly<Record<string, (text: string) => unknown>> = {
  "words of a sandbox's problem": (said) =>
    problemOf({ code: 1, signal: null, stderr: said }, said),
  "lines of Claude's": (said) => new LineSplitter().push(Buffer.from(said)),
  "a line of Claude's": parseLine,
  "Claude's record": recordedTurns,
  "a tool's outcome": (said) => toolOutcome(said, true, undefined),
  "history for a new session": (said) =>
    historyOf([message("m", 0, "assistant", [textPart(said)])]),
  "exported Markdown": (said) =>
    threadMarkdown({
      ...emptyConversation(),
      messages: [message("m", 0, "assistant", [textPart(said), edit(said, said)])],
    }),
  "fenced code": (said) => [fence(said, ""), codeSpan(said)],
  "a unified diff": parseDiff,
  "an edit": (said) => changeOf(edit(said, `${said}x`)),
  "both sides of an edit": (said) => {
    const change = changeOf(edit("z", said.slice(0, said.length / 4)));
    return change && diffSides([change], said);
  },
  "a file's name from a title": fileName,
  titles: (said) => [titleFrom(said as Masked<string>), shownTitle(said), quoted(said)],
  "text for VS Code": (said) => [unlinked(said), withoutIcons(said), unmarked(said)],
  "invisible characters": (said) => [piecesOf(said), spelledOut(said), withoutInvisible(said)],
  "escape sequences": withoutEscapes,
  "a text as it is read": unveiled,
  "a terminal's output": (said) => [parseAnsi(said), plainText(said)],
  "a link": (said) => linkTarget(`https://example.com/${said}`, said),
  "a path of the workspace": (said) => workspacePath(`/w/${said}`, ["/w"]),
  "words to index": indexable,
  "a search's snippet": (said) => snippetOf(said, phrases),
  "words to find": (said) => matches(said, phrases),
  "half-written Markdown": calm,
  Markdown: (said) => parse(said),
  "growing Markdown": (said) => parse(said, undefined, true),
  "file names": withFiles,
  pieces: chunksOf,
  "a tool's summary": (said) => [toolSummary({ command: said }), toolTitle(said)],
  "a tool's fields": (said) => toolFields({ [said]: said }),
  "texts to find": (said) =>
    textsOf(message("m", 0, "assistant", [textPart(said), edit(said, said)]), [], ""),
  "spoken sentences": (said) => new Speech([]).next(message("m", 0, "assistant", [textPart(said)])),
  ...Object.fromEntries(
    "bash c cpp csharp css diff dockerfile go ini java javascript json markdown php python ruby rust shell sql typescript xml yaml"
      .split(" ")
      .map((language) => [
        `colours of ${language}`,
        (code: string) => highlight(code.slice(0, code.length / 4), language),
      ]),
  ),
};

/** Beginnings of what the patterns look for, which they could look at again and again. */
const BEGINNINGS = [
  "exec: ",
  "chdir to ",
  "chdir to cwd ",
  ": cd: ",
  "executable file ",
  "sandbox '",
  "unrecognized command ",
  "<https:",
  "[a](",
  "_a ",
  "_*a",
  "*a _b ",
  "``a` ",
  "a_b_",
  "~~~\n",
  "```\n",
  "mcp__a__",
  "mcp__a__\n",
  "<local-command-stdout>",
  "@@ -1,1 +1,1 @@\n",
  "+a\n",
  "a\n",
  "\r\n",
  ". ",
  "...a",
  "///a",
  "ab ",
  "漢",
  "\ufdfa",
  "\u{1f468}\u200d",
  "\u001b[1;",
  "\u001b]a",
  "\u009b1",
  "\\",
  "\\x4",
  "\\u{",
  "\\e[1",
  "\\e]a",
  "a\\\n  ",
  "+a\\\n",
  "1\t\\\n",
  "\\\\\\n",
  "a\b",
  "\b",
  "a\\b",
  "a=\n",
  "&amp;",
  "&#",
  "%25",
  "<!--",
  "<a ",
  "</b",
  "\r",
  "\ud835",
  "\uff21",
  "aaaa aaaa\n",
  "${",
  "a.",
  "{\n",
  "a<b>",
  '{"a":',
  "[[],",
];

const TEXTS: Readonly<Record<string, (size: number) => string>> = {
  ...Object.fromEntries(
    [...new Set([...UNITS, ...BEGINNINGS])].map((unit) => [
      JSON.stringify(unit),
      (size: number) => repeated(unit, size),
    ]),
  ),
  ...Object.fromEntries(
    ["a", " ", "\n", "*a ", "[a](", "<a", "${"].map((unit) => [
      `${JSON.stringify(unit)} in lines of 500`,
      (size: number) => repeated(`${repeated(unit, 499)}\n`, size),
    ]),
  ),
  "links that one parenthesis ends": (size) => `${repeated("[a](", size)})`,
  "marks that others would end": (size) => repeated("_a ", size / 2) + repeated("a* ", size / 2),
  "marks within others": (size) => repeated("*a _b ", size / 2) + repeated("a* b_ ", size / 2),
};

describe("text out of a sandbox", () => {
  for (const [name, run] of Object.entries(ALGORITHMS))
    it(`takes time by its length: ${name}`, async () => {
      for (const [kind, make] of Object.entries(TEXTS)) {
        const growth = await growthOf(run, make);
        assert.ok(
          growth <= LINEAR,
          `${kind} twice as long takes ${growth.toFixed(1)} times as long`,
        );
      }
    });
});

describe("parts out of a sandbox", () => {
  const chain = (count: number, parent: (at: number) => string): Part[] =>
    Array.from({ length: count }, (_, at) => text(`p${at}`, "", parent(at)));

  const CASES: Readonly<Record<string, [(parts: Part[]) => unknown, (size: number) => Part[]]>> = {
    "each below the one before": [branchesOf, (size) => chain(size / 2, (at) => `p${at - 1}`)],
    "all in one circle": [
      branchesOf,
      (size) => chain(size / 2, (at) => `p${(at + 1) % Math.floor(size / 2)}`),
    ],
    "each below the one behind": [branchesOf, (size) => chain(size / 2, (at) => `p${at + 1}`)],
    "to be found": [
      (parts) => textsOf(message("m", 0, "assistant", parts), [], ""),
      (size) => chain(size / 8, (at) => `p${at - 1}`),
    ],
    "with tasks": [
      (parts) => tasksAfter([], parts),
      (size) =>
        Array.from({ length: size / 8 }, (_, at): Part => {
          const id = `t${at}`;
          const input = { subject: id, taskId: id, status: "completed" };
          const called = { type: "dynamic-tool", id, toolCallId: id, input } as const;
          const toolName = at % 2 === 0 ? "TaskCreate" : "TaskUpdate";
          return { ...called, toolName, state: "output-available", output: `#${at}` };
        }),
    ],
  };
  for (const [name, [run, make]] of Object.entries(CASES))
    it(`take time by their number: ${name}`, async () =>
      assert.ok((await growthOf(run, make)) <= LINEAR));

  const events = (size: number) => {
    const blocks = Array.from({ length: size / 2 }, () => ({ type: "text", text: "a" }));
    const lines = Array.from({ length: Math.ceil(blocks.length / 9000) }, (_, at) =>
      JSON.stringify({
        type: "assistant",
        message: { id: `m${at}`, content: blocks.slice(at * 9000, (at + 1) * 9000) },
      }),
    );
    return foldLines(lines).events;
  };
  it("are folded in time by their number", async () => {
    const growth = await growthOf((all: ReturnType<typeof events>) => {
      applyAll(emptyConversation("recording"), all);
    }, events);
    assert.ok(growth <= LINEAR);
  });

  it("of an answer that is too long are left out, and a notice says so", () => {
    const content = Array.from({ length: 20_000 }, () => ({ type: "text", text: "a" }));
    const line = JSON.stringify({ type: "assistant", message: { id: "m", content } });
    const parts = foldLines([line, line]).conversation.messages[0]?.parts ?? [];
    assert.equal(parts.length, 10_001);
    assert.equal(parts.at(-1)?.type, "data-notice");
  });

  it("are as many changed places of a file as can be put together", async () => {
    const growth = await growthOf(
      ({ part, file }: { part: ToolPart; file: string }) => {
        const change = changeOf(part);
        return change && diffSides([change], file);
      },
      (size) => ({
        part: {
          ...edit("", ""),
          toolName: "MultiEdit",
          input: {
            file_path: "a.ts",
            edits: Array.from({ length: size / 20 }, (_, at) => ({
              old_string: `old${at}`,
              new_string: `new${at}`,
            })),
          },
        },
        file: Array.from({ length: size / 4 }, (_, at) => `new${at}\n`).join(""),
      }),
    );
    assert.ok(growth <= LINEAR);
  });
});
