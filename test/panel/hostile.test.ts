import assert from "node:assert/strict";
import { BROKEN, deceive, TERMINAL, UNSEEN } from "../fixtures/hostile/characters";
import { DECEIVING, LINKS } from "../fixtures/hostile/links";
import { MARKDOWN, MARKUP } from "../fixtures/hostile/markup";
import { DEEP, repeated } from "../fixtures/hostile/size";
import { emptyConversation, message } from "../support/conversations";
import { Panel } from "../support/panel/panel";
import { init, line, result, type Step } from "../support/scriptedRuntime";
import { until } from "../support/until";

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
  init(SESSION),
  ...steps,
  says("That was all."),
  result(SESSION),
];

/** What Claude does, by what it is asked. */
const TURNS = {
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
  "Deep ones, please.": turn(...DEEP.map(says)),
  "Long ones, please.": turn(
    ...["[", "*", "_", "`", ">", "- ", "|", "~", "<", "&", "(", "a\u200b"].map((unit) =>
      says(repeated(unit, 99_000)),
    ),
    says(repeated("[a](https://x.y) ", 1_000_000)),
    ...calls("Bash", { command: repeated("a", 1_000_000) }, repeated("\u202e\u001b[31m", 200_000)),
  ),
};
const FAILS: Step[] = [
  init(SESSION),
  result(SESSION, {
    is_error: true,
    subtype: "error_during_execution",
    errors: MARKUP.slice(0, 9),
    result: MARKUP.join("\n"),
  }),
];

/** A panel whose Claude does these steps, whatever it is asked. */
async function open(steps: readonly Step[]): Promise<Panel> {
  const panel = await Panel.open({ answers: { "": steps }, sandbox: { workspace: INSIDE } });
  await panel.page.evaluate(() => {
    const kept = globalThis as { violations?: string[] };
    kept.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      kept.violations?.push(`${violatedDirective}: ${blockedURI}`),
    );
  });
  return panel;
}

async function ask({ chat }: Panel, text: string): Promise<void> {
  await chat.ask(text);
  // So much takes long where other things run.
  await chat.messages("Claude").getByText("That was all.").waitFor({ timeout: 120_000 });
  await chat.idle();
}

/** Opens all there is, and makes sure that nothing has come of it. */
async function harmless(panel: Panel): Promise<void> {
  const { page, chat } = panel;
  // What opens may have more to open. So much of it is not clicked one by one.
  for (let round = 0; round < 3; round++)
    await page.evaluate(() => {
      for (const closed of document.querySelectorAll<HTMLElement>('[aria-expanded="false"]'))
        closed.click();
    });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.deepEqual(await page.evaluate(harmIn), []);
  assert.equal(await chat.frame.getByText("This message cannot be shown").count(), 0);
  assert.deepEqual(panel.requests, []);
  assert.deepEqual(panel.console, []);
  await chat.input.fill("Still there?");
  // Waits until it can be clicked, and does not.
  await chat.button("Send").click({ trial: true });
}

describe("hostile content in the panel", () => {
  for (const [about, steps] of Object.entries(TURNS))
    it(`does nothing: ${about}`, async () => {
      const panel = await open(steps);
      await ask(panel, about);
      await harmless(panel);
    });

  it("does nothing as an error", async () => {
    const panel = await open(FAILS);
    await panel.chat.ask("And fail.");
    await panel.chat.alert.first().waitFor();
    await panel.chat.idle();
    await harmless(panel);
  });

  it("does nothing as a question, and has a title of one line", async () => {
    const panel = await open(turn());
    await ask(panel, TITLE);
    await harmless(panel);
    const shown = "$(trash) [go](command:workbench.action.quit) <b";
    const [inList = ""] = await panel.chat.threads();
    for (const title of [inList, panel.title]) {
      assert.ok(title.startsWith(shown), title);
      assert.doesNotMatch(title, /[\n\u202e\u200b]./);
    }
  });

  it("has a doubtful link opened by who can ask about it, with what its reader sees", async () => {
    const panel = await open(turn(says("[google.com](https://evil.example/google.com)")));
    await ask(panel, "A link, please.");
    await panel.chat.log.getByRole("link", { name: "google.com", exact: true }).click();
    const opened = await until(
      () => panel.host.opened,
      ({ length }) => length > 0,
      "it was told",
    );
    assert.deepEqual(opened, [
      { name: "openLink", params: { url: "https://evil.example/google.com", text: "google.com" } },
    ]);
    assert.equal(panel.page.context().pages().length, 1);
  });

  it("shows in its place that a message cannot be shown, and the others go on", async () => {
    const { chat, page } = await open([]);
    await page.evaluate((view) => {
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
