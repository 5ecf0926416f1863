/**
 * The demo's stand-in for `claude`: a program of its own that speaks Claude Code's stream-json. What it
 * does is chosen by what is asked, and nothing of that is ever run.
 */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { config, t } from "@vscode/l10n";

const texts = process.env["SANDBOX_CHAT_TEXTS"];
if (texts) config({ fsPath: texts });

const args = process.argv.slice(2);
const resumed = args[args.indexOf("--resume") + 1];
const sessionId = args.includes("--resume") && resumed ? resumed : randomUUID();

const say = (message: object): void => {
  process.stdout.write(
    `${JSON.stringify({ ...message, session_id: sessionId, uuid: randomUUID() })}\n`,
  );
};

if (args[0] === "auth") {
  process.stdout.write(
    `${JSON.stringify({ loggedIn: true, authMethod: "demo", apiProvider: "demo" })}\n`,
  );
} else {
  let stop = new AbortController();
  let turns = Promise.resolve();
  createInterface({ input: process.stdin }).on("line", (line) => {
    const message = JSON.parse(line) as Input;
    if (message.type === "control_request") {
      stop.abort();
      say({
        type: "control_response",
        response: { subtype: "success", request_id: message.request_id },
      });
    } else {
      turns = turns.then(() => {
        stop = new AbortController();
        return turn(
          message.message.content.map(({ text }) => text),
          stop.signal,
        );
      });
    }
  });
}

type Input =
  | { type: "control_request"; request_id: string }
  | { type: "user"; message: { content: { text: string }[] } };

async function turn(texts: string[], signal: AbortSignal): Promise<void> {
  const started = Date.now();
  const end = (result: object) =>
    say({
      type: "result",
      duration_ms: Date.now() - started,
      total_cost_usd: 0,
      usage: { input_tokens: texts.join("").length >> 2, output_tokens: 120 },
      ...result,
    });
  say({ type: "system", subtype: "init", model: "demo" });
  try {
    const failure = await answer(texts.at(-1) ?? "", texts.length > 1, signal);
    if (failure) end({ subtype: "success", is_error: true, result: failure });
    else end({ subtype: "success", is_error: false, result: "" });
  } catch {
    end({
      subtype: "error_during_execution",
      is_error: true,
      terminal_reason: "aborted_streaming",
    });
  }
}

/** Plays the answer. Returns what went wrong, when the script says that something does. */
async function answer(
  prompt: string,
  aboutFile: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (/\b(error|fail)/i.test(prompt) || prompt.includes(t("show me an error"))) {
    await text(
      paragraphs(t("This is how a failure looks. What came before it stays.")),
      signal,
      20,
    );
    return failure(
      `API Error: 529 Overloaded. ${t("This is the demo’s own failure; nothing is wrong.")}`,
    );
  }
  if (/\bslow/i.test(prompt) || prompt.includes(t("answer slowly"))) {
    await text(slow(), signal, 250);
    return undefined;
  }
  if (TOOL.test(prompt) || prompt.includes(t("run a command"))) {
    await text(paragraphs(t("I will look at what is there first.")), signal, 20);
    await tool({ command: "ls -1", description: t("List the files") }, LISTING, signal);
    await text(toolAnswer(), signal, 15);
    return undefined;
  }
  await text(aboutFile ? aboutTheFile() + introduction() : introduction(), signal, 15);
  return undefined;
}

const TOOL = /\b(tool|run|list|files?|command|test)\b/i;

const introduction = (): string =>
  paragraphs(
    t(
      "Hello! I am the **demo**: a script, not Claude. I answer without Docker, an account or a network, so that you can see how a conversation works here.",
    ),
    t("Try one of these:"),
    [
      t("`{0}`: a tool call, with its input and output", t("run a command")),
      t("`{0}`: enough time to press **Stop**", t("answer slowly")),
      t("`{0}`: what a failure looks like", t("show me an error")),
    ]
      .map((item) => `- ${item}`)
      .join("\n"),
    t(
      "Threads are kept: reload the window, and this one is still here. When you have Docker, set *Sandbox: Runtime* to `auto`, and the real Claude works in a sandbox of its own.",
    ),
  );

const aboutTheFile = (): string =>
  paragraphs(
    t("You started this thread about a file, and its content came with your first message."),
  );

const toolAnswer = (): string =>
  paragraphs(
    t(
      "The command above was played, not run. In a real sandbox Claude would go on from here, for example by changing a file:",
    ),
    "```ts\nexport const greet = (name: string) => `Hello, ${name}!`;\n```",
  );

const paragraphs = (...texts: readonly string[]): string =>
  texts.map((text) => `${text}\n\n`).join("");

const LISTING = "README.md\npackage.json\nsrc\ntest";

const slow = (): string => {
  const sentence = t(
    "I take my time, word by word, so that you can see an answer arrive, scroll up while it does, and press Stop whenever you have seen enough.",
  );
  return `${sentence} `.repeat(2);
};

async function text(whole: string, signal: AbortSignal, pause: number): Promise<void> {
  const id = `msg_${randomUUID()}`;
  stream({ type: "message_start", message: { id } });
  stream({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
  let said = "";
  try {
    for (const word of whole.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
      await sleep(pause, undefined, { signal });
      said += word;
      stream({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: word } });
    }
  } finally {
    assistant(id, { type: "text", text: said });
    stream({ type: "content_block_stop", index: 0 });
  }
}

async function tool(input: object, output: string, signal: AbortSignal): Promise<void> {
  const id = `msg_${randomUUID()}`;
  const block = { type: "tool_use", id: `toolu_${randomUUID()}`, name: "Bash", input };
  stream({ type: "message_start", message: { id } });
  stream({ type: "content_block_start", index: 0, content_block: { ...block, input: {} } });
  assistant(id, block);
  stream({ type: "content_block_stop", index: 0 });
  await sleep(600, undefined, { signal });
  say({
    type: "user",
    message: {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: block.id, content: output }],
    },
  });
}

/** What the CLI itself says of an error of Claude's API. Returns it, for the `result` to say again. */
function failure(said: string): string {
  const content = [{ type: "text", text: said }];
  const message = { id: randomUUID(), role: "assistant", model: "<synthetic>", content };
  say({ type: "assistant", error: "server_error", message });
  return said;
}

const stream = (event: object): void => say({ type: "stream_event", event });

const assistant = (id: string, block: object): void =>
  say({ type: "assistant", message: { id, role: "assistant", model: "demo", content: [block] } });
