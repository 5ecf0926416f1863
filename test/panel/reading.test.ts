import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { EditorRequest } from "../../src/ui/editorRequests";
import type { ChatPage } from "../support/chatPage";
import { contrast } from "../support/contrast";
import { Panel, type PanelOptions } from "../support/panel/panel";
import { CHANGES, CODE, EXPLAINS, FILES, INSIDE, WAITS } from "../support/showcase";
import { storedThread } from "../support/storedThread";
import { THEME_NAMES } from "../support/themes";
import { until } from "../support/until";

const THREAD = storedThread("read", {
  "Let greet shout.": CHANGES,
  "How does it work?": EXPLAINS,
});

/** Room for all that is opened. */
const TALL = { width: 700, height: 1600 };

/** What there is to read: an answer with all tools, and one in all of Markdown. */
interface Conversation {
  readonly panel: Panel;
  readonly chat: ChatPage;
  readonly first: Locator;
  readonly second: Locator;
}

async function open(options: PanelOptions = {}): Promise<Conversation> {
  const panel = await Panel.open({
    files: FILES,
    answers: {},
    sandbox: { workspace: INSIDE },
    seed: (store) => store.append("read", 0, THREAD),
    thread: "read",
    ...options,
  });
  const { chat } = panel;
  const [first, second] = [chat.messages("Claude").nth(0), chat.messages("Claude").nth(1)];
  await second.waitFor();
  return { panel, chat, first, second };
}

/** The ids of an answer's calls of a tool. */
const callsOf = ({ host }: Panel, name: string): string[] =>
  host.panel.session
    .view()
    .conversation.messages.flatMap(({ parts }) => parts)
    .filter((part) => part.type === "dynamic-tool" && part.toolName === name)
    .map(({ id }) => id);

/** The first things that VS Code was to open, so many. */
const opened = ({ host }: Panel, count: number): Promise<EditorRequest[]> =>
  until(
    () => host.opened,
    ({ length }) => length >= count,
    "it was told",
  );

/** Opens all that can be opened. What is opened may have more of it. */
async function openRows({ panel }: Conversation): Promise<void> {
  const closed = panel.page.locator('[aria-expanded="false"], .code-more');
  while ((await closed.count()) > 0) await closed.first().click();
}

async function takePictures({ panel, first, second }: Conversation, name: string): Promise<void> {
  for (const [part, message] of [
    ["tools", first],
    ["markdown", second],
  ] as const) {
    await message.evaluate((element) => element.scrollIntoView({ block: "start" }));
    await panel.screenshot(`reading-${part}-${name}`);
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

describe("a conversation worth reading", () => {
  it("says how long Claude thought, and folds what it thought", async () => {
    const { first } = await open();
    const thought = first.getByRole("button", { name: "Thought for 2 s", exact: true });
    const text = first.getByText("I read the function first.");
    assert.equal(await thought.getAttribute("aria-expanded"), "false");
    assert.equal(await text.count(), 0);
    await thought.click();
    await text.waitFor();
  });

  it("keeps one list of tasks, as it is in the end", async () => {
    const { first } = await open();
    assert.equal(await first.getByRole("button", { name: "Tasks" }).count(), 1);
    await first.getByText("2 of 3 done").waitFor();
    const tasks = await first.locator(".tasks li").allInnerTexts();
    assert.deepEqual(tasks.map(oneLine), [
      "done: Read the function",
      "done: Add the option",
      "in progress: Run the tests",
    ]);
  });

  it("names each tool, what it is about and how it went", async () => {
    const { first } = await open();
    for (const [name, described] of [
      ["Read", "Read src/greet.ts done"],
      ["Edit", "Edit src/greet.ts +5 −2 done"],
      ["Write", "Write src/text.ts +1 −0 done"],
      ["Bash", "Bash npm test -- --color 1 s failed"],
      ["create_issue (github)", "create_issue (github) Shouting fails done"],
      ["WebFetch", "WebFetch https://example.com/docs stopped"],
      ["Task", "Task Find other callers 1 step done"],
    ] as const) {
      const tool = first.getByRole("button", { name, exact: true }).first();
      assert.equal(oneLine(await tool.locator("..").innerText()), described);
    }
  });

  it("shows a command with its output in colours, and its exit code", async () => {
    const { first } = await open();
    await first.getByRole("button", { name: "Bash" }).first().click();
    await first.getByText("exit code 1").waitFor();
    const red = first.locator(".terminal .ansi-fg-1").first();
    assert.equal(await red.innerText(), "✗ shouts");
    assert.doesNotMatch(await first.locator(".terminal").first().innerText(), /\[\d/);
  });

  it("nests what a subagent did", async () => {
    const { first } = await open();
    await first.getByRole("button", { name: "Task", exact: true }).click();
    await first.getByText("git grep greet").waitFor();
    await first.locator("strong", { hasText: "else" }).waitFor();
  });

  it("shows a change line by line, and has its diff opened", async () => {
    const { panel, first } = await open();
    await first.getByRole("button", { name: "Edit" }).click();
    const lines = await first.locator(".diff-line").allInnerTexts();
    assert.equal(lines.filter((text) => /^\s*\d*\s*\+/.test(text)).length, 5);
    await first.getByRole("button", { name: "Open Diff", exact: true }).click();
    assert.deepEqual(await opened(panel, 1), [
      {
        name: "openDiff",
        params: { thread: "read", message: "read-1", tools: callsOf(panel, "Edit") },
      },
    ]);
  });

  it("sums up what a turn changed, file by file, and has each diff opened", async () => {
    const { panel, first } = await open();
    const changes = first.getByRole("region", { name: "Changed files" });
    await changes.getByText("2 files changed").waitFor();
    await changes.getByRole("button", { name: /text\.ts/ }).click();
    assert.deepEqual(await opened(panel, 1), [
      {
        name: "openDiff",
        params: { thread: "read", message: "read-1", tools: callsOf(panel, "Write") },
      },
    ]);
  });

  it("copies code and answers as they were written", async () => {
    const { panel, second } = await open();
    const { page } = panel;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    // It is said for a moment.
    const code = second.locator(".code").first();
    await Promise.all([
      code.getByRole("button", { name: "Copied" }).waitFor(),
      code.getByRole("button", { name: "Copy", exact: true }).click(),
    ]);
    assert.equal(await clipboard(), CODE);
    await Promise.all([
      second.getByRole("button", { name: "Answer copied" }).waitFor(),
      second.getByRole("button", { name: "Copy answer" }).click(),
    ]);
    assert.match(await clipboard(), /^## How it works\n/);
  });

  it("has code inserted, or opened as a file of its language", async () => {
    const { panel, second } = await open();
    await second.getByRole("button", { name: "Insert at cursor" }).first().click();
    await second.getByRole("button", { name: "Open as a file" }).first().click();
    assert.deepEqual(await opened(panel, 2), [
      { name: "insertCode", params: { text: CODE } },
      { name: "openCode", params: { text: CODE, language: "ts" } },
    ]);
  });

  it("has the files opened that are named, at their line", async () => {
    const { panel, second } = await open();
    for (const name of ["src/greet.ts:4", "its tests", "src/nowhere.ts:3"])
      await second.getByRole("link", { name }).click();
    assert.deepEqual(await opened(panel, 3), [
      { name: "openFile", params: { path: "src/greet.ts", line: 4 } },
      { name: "openFile", params: { path: "src/greet.ts", line: 5 } },
      { name: "openFile", params: { path: "src/nowhere.ts", line: 3 } },
    ]);
  });

  it("wraps long code when asked", async () => {
    const { second } = await open({ size: TALL });
    const wrap = second.locator(".code").nth(1).getByRole("button", { name: "Wrap lines" });
    await wrap.click();
    await wrap.and(second.locator('[aria-pressed="true"]')).waitFor();
  });

  for (const height of [TALL.height, 500])
    it(`folds long code, also in a panel of ${height} pixels`, async () => {
      const { second } = await open({ size: { width: 800, height } });
      const code = second.locator(".code").nth(1);
      const button = code.getByRole("button", { name: "Show all 62 lines" });
      const lines = async (): Promise<number> =>
        (await code.locator("pre").boundingBox())?.height ?? NaN;
      const folded = await lines();
      await button.click();
      await button.waitFor({ state: "detached" });
      const grown = (await lines()) - folded;
      // Code that is not folded scrolls, and in a low panel may have no more room.
      assert.ok(height === TALL.height ? grown > 0 : grown >= 0, `${grown} pixels more`);
    });

  for (const theme of THEME_NAMES)
    it(`has no unreadable word in ${theme}`, async () => {
      const conversation = await open({ theme, size: TALL });
      await openRows(conversation);
      await takePictures(conversation, theme);
      for (const message of [conversation.first, conversation.second])
        for (const { text, color, background } of await message.evaluate(colorsIn))
          assert.ok(
            contrast(color, background) >= 4.5,
            `${JSON.stringify(text)}: ${color} on ${background} is ${contrast(color, background)}`,
          );
    });

  it("fits a panel of 300 pixels, and of fewer", async () => {
    const conversation = await open();
    const { panel } = conversation;
    await openRows(conversation);
    for (const width of [300, 240]) {
      await panel.resize(width, 1600);
      const inner = await panel.page.locator("body").evaluate(({ scrollWidth }) => scrollWidth);
      assert.ok(inner <= width, `${inner} in ${width} pixels`);
      await takePictures(conversation, `${width}px`);
    }
  });

  it("gives calls that run at once a row each, and says when they were stopped", async () => {
    const panel = await Panel.open({ answers: { "And wait.": WAITS } });
    const { chat } = panel;
    await chat.ask("And wait.");
    const answer = chat.messages("Claude");
    await answer.getByText("sleep 61").waitFor();
    await answer
      .locator(".tool-time", { hasText: /^[2-9] s$/ })
      .first()
      .waitFor();
    await panel.screenshot("reading-running");
    assert.equal(await answer.locator(".tool-state.running").count(), 2);
    await chat.stopButton.click();
    await answer.locator(".tool-state.stopped").nth(1).waitFor();
    await chat.idle();
  });
});

/** The colours of each text in an element that is in sight, on what is behind it. Runs in the page. */
function colorsIn(root: Element): { text: string; color: string; background: string }[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!canvas) return [];
  const page = getComputedStyle(document.documentElement).getPropertyValue(
    "--vscode-editor-background",
  );
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: { text: string; color: string; background: string }[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (!element || !text || element.closest(".sr-only, .sent-at")) continue;
    const behind: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement)
      behind.unshift(getComputedStyle(at).backgroundColor);
    // No function of its own: the compiler would name it by one that the page does not have.
    const painted = [[], [getComputedStyle(element).color]].map((above) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const color of [page, ...behind, ...above]) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].join(", ")})`;
    });
    found.push({ text, background: painted[0] ?? "", color: painted[1] ?? "" });
  }
  return found;
}
