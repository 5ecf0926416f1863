import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { emptyConversation, message } from "../../support/conversations";
import { init, line, result, type Step } from "../../support/scriptedRuntime";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { WorkbenchSuite } from "../../support/workbenchSuite";
import { BROKEN, deceive, TERMINAL, UNSEEN } from "../../fixtures/hostile/characters";
import { DECEIVING, LINKS } from "../../fixtures/hostile/links";
import { MARKDOWN, MARKUP } from "../../fixtures/hostile/markup";
import { DEEP, repeated } from "../../fixtures/hostile/size";

const SESSION = "s1";
const INSIDE = "/home/agent/workspace";

/** The first message of a thread, whose title it becomes. */
const TITLE =
  "$(trash) [go](command:workbench.action.quit) <b onclick=window.__pwned=1>\u202exe\n\u200b$(zap)";

let count = 0;
const block = (content: object): Step =>
  line({
    type: "assistant",
    session_id: SESSION,
    message: { id: `m${++count}`, content: [content] },
  });
const says = (text: string): Step => block({ type: "text", text });
const thinks = (thinking: string): Step => block({ type: "thinking", thinking });

const calls = (name: string, input: object, output: unknown, failed = false): Step[] => {
  const id = `t${++count}`;
  return [
    block({ type: "tool_use", id, name, input }),
    line({
      type: "user",
      session_id: SESSION,
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: id, content: output, is_error: failed }],
      },
    }),
  ];
};

const turn = (...steps: Step[]): Step[] => [
  { awaitPrompt: true },
  init(SESSION),
  ...steps,
  says("That was all."),
  result(SESSION),
];

/** Turns by what they are about: what is asked, and what Claude does then. */
const TURNS: Readonly<Record<string, readonly Step[]>> = {
  [TITLE]: turn(says("Nothing yet.")),
  "Markup, please.": turn(...[...MARKUP, ...MARKDOWN].map(says)),
  "Links, please.": turn(
    ...[...LINKS, ...DECEIVING.map(([text, url]) => `[${text}](${url})`)].map(says),
  ),
  "Tools, please.": turn(
    ...[...MARKUP.slice(0, 60), ...BROKEN, ...UNSEEN.map(deceive), ...TERMINAL].flatMap(
      (text, at) =>
        at % 4 === 0
          ? calls("Bash", { command: text, description: text }, text, at % 8 === 0)
          : at % 4 === 1
            ? calls("Read", { file_path: `${INSIDE}/${text}` }, text)
            : at % 4 === 2
              ? calls(text || "x", { [text]: text, ["__proto__"]: text }, [{ type: "text", text }])
              : calls("Write", { file_path: `${INSIDE}/${text}`, content: text }, text),
    ),
    ...calls(
      "TodoWrite",
      {
        todos: MARKUP.slice(0, 20).map((content) => ({ content, status: "in_progress" })),
      },
      "ok",
    ),
    ...MARKUP.slice(0, 10).map(thinks),
  ),
  "Long ones, please.": turn(
    ...DEEP.map(says),
    ...["[", "*", "_", "`", ">", "- ", "|", "~", "<", "&", "(", "a\u200b"].map((unit) =>
      says(repeated(unit, 99_000)),
    ),
    says(repeated("[a](https://x.y) ", 1_000_000)),
    ...calls("Bash", { command: repeated("a", 1_000_000) }, repeated("\u202e\u001b[31m", 200_000)),
  ),
  "And fail.": [
    { awaitPrompt: true },
    init(SESSION),
    result(SESSION, {
      is_error: true,
      subtype: "error_during_execution",
      errors: MARKUP.slice(0, 9),
      result: MARKUP.join("\n"),
    }),
  ],
};

/** What may be asked for: the workbench’s own server, and what the webview has from its extension. */
const isOwn = (url: string): boolean =>
  /^(?:data|blob|vscode-webview):/.test(url) ||
  /(?:^127\.0\.0\.1|^localhost|\.vscode-cdn\.net)$/.test(new URL(url).hostname);

describe("hostile content in the panel", function () {
  this.timeout(240_000);
  const suite = new WorkbenchSuite({ "a.ts": "export {};\n" });
  const asked: string[] = [];
  const dialogs: string[] = [];
  let chat: ChatPage;

  before(async function () {
    await suite.start(
      this,
      {
        settings: {
          ...scriptedSandbox(suite.bin, Object.values(TURNS).flat()),
          "sandboxChat.sandbox.workspace": INSIDE,
        },
      },
      { size: { width: 1280, height: 900 } },
    );
    const { page } = suite.workbench;
    page.on("dialog", (dialog) => dialogs.push(dialog.message()));
    chat = await ChatPage.open(suite.workbench);
    await chat.frame.locator("body").evaluate(() => {
      const kept = globalThis as { violations?: string[] };
      kept.violations = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        kept.violations?.push(`${violatedDirective}: ${blockedURI}`),
      );
    });
    page.context().on("request", (request) => asked.push(request.url()));
    suite.workbench.console.length = 0;
  });
  after(() => suite.stop());

  for (const text of Object.keys(TURNS))
    it(`does nothing: ${JSON.stringify(text)}`, async () => {
      await chat.ask(text);
      await chat.idle();
      if (text === "And fail.") await chat.alert.first().waitFor();
      else await chat.answered("That was all.");
      // What opens may have more to open. So much of it is not clicked one by one.
      const body = chat.frame.locator("body");
      for (let round = 0; round < 3; round++)
        await body.evaluate(() => {
          for (const closed of document.querySelectorAll<HTMLElement>('[aria-expanded="false"]'))
            closed.click();
        });
      await body.evaluate(() => new Promise(requestAnimationFrame));
      assert.deepEqual(await body.evaluate(harmIn), []);
      assert.equal(await chat.frame.getByText("This message cannot be shown").count(), 0);
      assert.deepEqual(
        asked.filter((url) => !isOwn(url)),
        [],
      );
      assert.deepEqual(dialogs, []);
      assert.deepEqual(
        suite.workbench.console.filter((said) => said.startsWith("error:")),
        [],
      );
      await chat.input.fill("Still there?");
      await chat.button("Send").and(chat.frame.locator(":not([disabled])")).waitFor();
      await chat.input.fill("");
    });

  it("has a title of one line, without marks, wherever it stands", async () => {
    const { page } = suite.workbench;
    const shown = "$(trash) [go](command:workbench.action.quit) <b";
    assert.ok((await chat.threads())[0]?.startsWith(shown), (await chat.threads())[0]);
    const tab = page.locator(".tabs-container .tab", { hasText: "$(trash)" });
    assert.equal(await tab.locator(".codicon-trash, .codicon-zap").count(), 0);
    assert.doesNotMatch(await tab.innerText(), /[\n\u202e\u200b]./);
    await suite.workbench.runCommand("Sandbox Chat: Resume Thread…");
    const row = page.locator(".quick-input-widget .monaco-list-row").first();
    await row.getByText("[go](command").waitFor();
    assert.equal(await row.locator(".codicon-trash, .codicon-zap").count(), 0);
    await page.keyboard.press("Escape");
  });

  it("asks with the true address before a doubtful link opens, and opens nothing when it is declined", async () => {
    const { page } = suite.workbench;
    const opened: string[] = [];
    page.context().on("page", (other) => opened.push(other.url()));
    await chat.frame.getByRole("link", { name: "google.com", exact: true }).first().click();
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.getByText("This link leads to evil.example.").waitFor();
    await dialog.getByText("Its text names another place: google.com.").waitFor();
    await suite.workbench.screenshot("hostile-link");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.deepEqual(opened, []);
  });

  it("shows in its place that a message cannot be shown, and the others go on", async () => {
    await chat.frame.locator("body").evaluate((_, view) => {
      window.postMessage({ kind: "event", name: "show", data: view });
    }, viewWithBrokenPart());
    const [broken, whole] = [chat.messages("Claude").nth(0), chat.messages("Claude").nth(1)];
    await broken.getByText("This message cannot be shown as it should be.").waitFor();
    await broken.getByRole("button", { name: "Try Again" }).click();
    await broken.getByText("This message cannot be shown as it should be.").waitFor();
    assert.equal(await whole.locator("p").first().innerText(), "This one can.");
    await chat.input.fill("Still there?");
    // Waits until it can be clicked, and does not.
    await chat.button("Send").click({ trial: true });
  });
});

/** As the host would tell of a thread, but with a text that is none. */
function viewWithBrokenPart(): object {
  const answer = (id: string, text: unknown): object => ({
    ...message(id, 0, "assistant", []),
    status: "complete",
    parts: [{ type: "text", id: "text", text }],
  });
  return {
    conversation: {
      ...emptyConversation(),
      messages: [answer("m1", 7), answer("m2", "This one can.")],
    },
    revision: 1,
    turn: { phase: "idle" },
    unsaved: null,
    readOnly: null,
    threads: [],
    sandbox: { state: "ready", label: "app" },
  };
}

/** What is in the page that must not be. Runs in the page. */
function harmIn(): string[] {
  const { violations = [], __pwned } = globalThis as { violations?: string[]; __pwned?: unknown };
  const harm = [...violations];
  if (__pwned !== undefined) harm.push("something ran");
  const forbidden =
    "script, iframe, frame, object, embed, applet, svg, math, img, picture, video, audio, source, link, style, base, meta, form, template, dialog, marquee, details, portal, slot";
  for (const element of document.querySelectorAll(`#root :is(${forbidden})`))
    harm.push(element.outerHTML.slice(0, 200));
  for (const element of document.querySelectorAll("#root *"))
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) harm.push(`${name}=${value}`);
      if (
        /^(?:xlink:)?href$|^src$|^action$|^formaction$/.test(name) &&
        !/^(?:https?:|mailto:|#$)/i.test(value)
      )
        harm.push(`${name}=${value}`);
    }
  return harm;
}
