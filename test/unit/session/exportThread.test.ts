import assert from "node:assert/strict";
import { threadMarkdown } from "../../../src/session/threadMarkdown";
import { wholeThread } from "../../../src/session/wholeThread";
import { toUIMessages } from "../../../src/shared/uiMessages";
import { applyAll } from "../../../src/shared/reducer";
import type { Message, Part } from "../../../src/shared/thread";
import {
  added,
  emptyConversation,
  firstTurn,
  message,
  textPart,
} from "../../support/conversations";
import { foldLines } from "../../support/foldRecording";
import { numberedLines, toolBegun, toolEnded } from "../../support/longTexts";
import { openStore } from "../../support/openStore";
import { recordingLines, recordingNames } from "../../support/recordings";
import { temporaryFolder } from "../../support/temporaryFolder";

const conversation = (title: string, ...messages: Message[]) => {
  const { thread } = emptyConversation();
  return applyAll(
    { thread: { ...thread, title, createdAt: Date.UTC(2026, 10, 22) }, messages: [] },
    messages.map(added),
  );
};

describe("a thread to export", () => {
  const folder = temporaryFolder();

  it("has all of a long output, in Markdown and as UIMessages", async () => {
    const long = `${numberedLines(400_000)}\nthe needle\n${numberedLines(400_000)}`;
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    await store.append("t1", null, [toolBegun("tool"), await toolEnded("tool", long)]);
    const whole = await wholeThread(store, "t1");
    const [, answer] = toUIMessages(whole);
    const [part] = answer?.parts ?? [];
    assert.ok(part?.type === "dynamic-tool" && part.state === "output-available");
    assert.equal(part.output, long);
    assert.equal(part.callProviderMetadata, undefined);
    assert.ok(threadMarkdown(whole).includes(long));
    await store.close();
  });

  it("has what is shown of an output that is lost, and says what is missing", async () => {
    const long = numberedLines(400_000);
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    const { whole, ...lost } = (await toolEnded("tool", long)) as { whole?: string };
    assert.ok(whole);
    await store.append("t1", null, [toolBegun("tool"), lost as never]);
    const markdown = threadMarkdown(await wholeThread(store, "t1"));
    assert.ok(markdown.includes(long.slice(0, 10_000)) && markdown.includes(long.slice(-5000)));
    assert.match(markdown, /_\d+ bytes are left out, which cannot be read any more\._/);
    await store.close();
  });

  it("is not there for a thread that is gone", async () => {
    const store = await openStore(folder());
    await assert.rejects(wholeThread(store, "t1"), /not there any more/);
    await store.close();
  });
});

describe("a thread as Markdown", () => {
  const tool = (more: object): Part =>
    ({
      type: "dynamic-tool",
      id: "1",
      toolCallId: "1",
      state: "output-available",
      ...more,
    }) as Part;

  it("says who said what, and what tools were given and answered", () => {
    const markdown = threadMarkdown(
      conversation(
        "List *files*",
        message("m1", 0, "user", [textPart("List `files`")]),
        { ...message("h", 1, "system", [textPart("secret context")]), visibility: "hidden" },
        {
          ...message("m2", 2, "assistant", [
            { type: "reasoning", id: "r", text: "Let me see.\nWell." },
            tool({ toolName: "Bash", input: { command: "ls" }, output: "a.ts\n```\nb.ts" }),
            tool({ toolName: "Read", input: { file_path: "a.ts" }, parent: "1", output: "" }),
            { type: "data-notice", id: "n", data: { text: "Recovered." } },
            textPart("Two files."),
          ]),
          status: "failed",
          error: { code: "overloaded", message: "Claude is overloaded.", detail: "529" },
        },
      ),
    );
    assert.equal(
      markdown,
      `# List \\*files\\*

Begun on 2026-11-22.

## You

List \`files\`

## Claude

> _Thinking_
>
> Let me see.
> Well.

**Bash**

\`\`\`sh
ls
\`\`\`

\`\`\`\`
a.ts
\`\`\`
b.ts
\`\`\`\`

> **Read**

> \`\`\`json
> {
>   "file_path": "a.ts"
> }
> \`\`\`

> Recovered.

Two files.

> **Failed:** Claude is overloaded.

> \`\`\`
> 529
> \`\`\`
`,
    );
  });

  it("names its file, whatever that is called", () => {
    const { thread } = emptyConversation();
    const about = (id: string) =>
      threadMarkdown({ thread: { ...thread, scope: { type: "file", id } }, messages: [] });
    assert.match(about("src/a.ts"), /, about `src\/a\.ts`\.\n/);
    assert.match(about("a`b\nc"), /, about `` a`b c ``\.\n/);
  });

  it("can be made of every recording, with all that was said", () => {
    for (const file of recordingNames) {
      const folded = foldLines(recordingLines(file));
      const markdown = threadMarkdown(folded.conversation);
      for (const { parts, visibility } of folded.conversation.messages)
        for (const part of parts)
          if (part.type === "text" && visibility === "visible" && !part.parent)
            assert.ok(markdown.includes(part.text), file);
    }
  });
});
