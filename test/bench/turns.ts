/** Turns with the real CLI against a scripted API: what a process that is there already is worth. */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxProcess } from "../../src/sandbox/runtime";
import { ChatSession, type SessionServices } from "../../src/session/chatSession";
import { newConversation } from "../../src/shared/newThread";
import { lazyMask } from "../../src/session/lazyMask";
import type { Conversation } from "../../src/shared/thread";
import { claudeEnvironment, installClaudeCli } from "../support/claudeCli";
import { LocalClaude } from "../support/localClaude";
import { maskBundle } from "../support/maskBundle";
import { startMessagesApi } from "../support/messagesApi";
import { idle, lastMessage, scriptedServices, until } from "../support/scriptedSession";
import { type Findings, median, quantile } from "./figures";

const TURNS = 12;
const DELTAS = 20_000;
const LONG = 5_000_000;
const OUTPUT = 4_000_000;

export async function turns(): Promise<Findings> {
  const cli = await installClaudeCli();
  const api = await startMessagesApi();
  const folder = mkdtempSync(join(tmpdir(), "sandbox-chat-bench-"));
  const [home, workspace] = ["home", "workspace"].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  for (const path of [home, workspace]) mkdirSync(path, { recursive: true });
  const runtime = new LocalClaude(cli.path, workspace, claudeEnvironment(home, api));
  const services: SessionServices = {
    ...scriptedServices(folder, []).services,
    mask: lazyMask(await maskBundle()),
    runtime: () => runtime,
    maxMessages: () => Infinity,
    newId: randomUUID,
    now: Date.now,
  };
  try {
    const base = await firstTurn(services);
    const times = await firstTexts(services, base);
    const long = await timed(services, base, `[[long:${LONG}]]`);
    const memory = await memoryOfThree(services, base);
    const overhead = await microsecondsPerDelta(services);
    const output = await bigOutput(services);
    return {
      figures: [
        { name: "first text, warm, median", value: median(times.warm), unit: "ms" },
        {
          name: "first text, warm, 95th percentile",
          value: quantile(times.warm, 0.95),
          unit: "ms",
        },
        { name: "first text, started ahead, median", value: median(times.ahead), unit: "ms" },
        {
          name: "first text, started ahead, 95th percentile",
          value: quantile(times.ahead, 0.95),
          unit: "ms",
        },
        { name: "first text, a process a turn, median", value: median(times.cold), unit: "ms" },
        {
          name: "first text, a process a turn, 95th percentile",
          value: quantile(times.cold, 0.95),
          unit: "ms",
        },
        {
          name: "a process a turn, against warm, median",
          value: median(times.cold) / median(times.warm),
          unit: "×",
          atLeast: 10,
        },
        {
          name: "from a delta on stdout to the event for the panel",
          value: overhead,
          unit: "µs",
          atMost: 100,
        },
        { name: "an answer of 5 MB, to its end", value: long, unit: "ms" },
        { name: "a tool result of 4 MB, to its end", value: output, unit: "ms" },
        {
          name: "memory of the host for three warm threads",
          value: memory.host,
          unit: "MB",
          atMost: 50,
        },
        { name: "memory of a warm Claude, in the sandbox", value: memory.claude, unit: "MB" },
      ],
      details: [
        `Claude Code ${cli.version}`,
        ...Object.entries(times).map(
          ([kind, list]) => `${kind}, in ms: ${list.map(Math.round).join(", ")}`,
        ),
      ],
    };
  } finally {
    await api.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A conversation with a Claude session, for the others to go on with. */
async function firstTurn(services: SessionServices): Promise<Conversation> {
  const session = open(services, emptyConversation());
  await session.send("Hello. [[say:Hi.]]", 0);
  await idle(session);
  await session.dispose();
  return session.view().conversation;
}

const emptyConversation = (): Conversation =>
  newConversation(randomUUID(), { type: "workspace", id: "" }, 0);

/** A session of a thread of its own that goes on with this conversation. */
function open(services: SessionServices, { thread, messages }: Conversation): ChatSession {
  const { store } = scriptedServices("", []);
  const conversation = { thread: { ...thread, id: randomUUID() }, messages };
  const stored = messages.length > 0;
  if (stored) store.conversations.set(conversation.thread.id, conversation);
  return new ChatSession({ ...services, store }, conversation, stored);
}

/** From sending to the first text, of each kind by turns, so that all have the same machine. */
async function firstTexts(services: SessionServices, base: Conversation) {
  const times = { warm: [] as number[], ahead: [] as number[], cold: [] as number[] };
  const warm = open(services, base);
  await firstText(warm);
  for (let turn = 0; turn < TURNS; turn++) {
    const cold = open(services, base);
    times.cold.push(await firstText(cold));
    await cold.dispose();
    const ahead = open(services, base);
    await ahead.prepare();
    times.ahead.push(await firstText(ahead));
    await ahead.dispose();
    times.warm.push(await firstText(warm));
  }
  await warm.dispose();
  return times;
}

async function firstText(session: ChatSession): Promise<number> {
  const start = performance.now();
  let first = 0;
  const unlisten = session.listen({
    changed: (events) => {
      if (events.some(({ type }) => type === "partGrew")) first ||= performance.now();
    },
    turn: () => {},
    unsaved: () => {},
    reset: () => {},
  });
  await session.send("[[text:5:1]]", session.view().conversation.messages.length);
  await idle(session);
  unlisten();
  return first - start;
}

async function timed(services: SessionServices, base: Conversation, prompt: string) {
  const session = open(services, base);
  await session.prepare();
  const start = performance.now();
  await session.send(prompt, session.view().conversation.messages.length);
  await idle(session);
  const time = performance.now() - start;
  await session.dispose();
  return time;
}

async function memoryOfThree(
  services: SessionServices,
  base: Conversation,
): Promise<{ host: number; claude: number }> {
  const before = process.memoryUsage().rss;
  const sessions = [1, 2, 3].map(() => open(services, base));
  for (const session of sessions) await firstText(session);
  const host = Math.max(0, process.memoryUsage().rss - before) / 1e6;
  const claude = median(sessions.flatMap(({ id }) => residentOf(id)));
  for (const session of sessions) await session.dispose();
  return { host, claude };
}

/** The memory of the processes of a thread, in MB. */
const residentOf = (thread: string): number[] =>
  readdirSync("/proc").flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(thread)) return [];
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1000;
    } catch {
      // What is no process, or not ours, or none any more.
      return [];
    }
  });

/** A process that has said everything already, so that only our own work takes time. */
function played(lines: readonly object[]): () => SandboxProcess {
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return () => {
    let prompted = () => {};
    const asked = new Promise<void>((resolve) => (prompted = resolve));
    return {
      stdout: (async function* () {
        await asked;
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      })(),
      write: () => {
        prompted();
        return Promise.resolve();
      },
      end: () => {},
      kill: () => {},
      exited: new Promise(() => {}),
    };
  };
}

async function play(services: SessionServices, lines: readonly object[]): Promise<number> {
  const exec = played(lines);
  const runtime = { label: "Played", workspace: "/", exec };
  const session = open({ ...services, runtime: () => runtime }, emptyConversation());
  const start = performance.now();
  await session.send("x", 0);
  await until(() => lastMessage(session).status === "complete");
  return performance.now() - start;
}

const session_id = "bench";
const end = { type: "result", subtype: "success", is_error: false, session_id };
const begun = [
  { type: "system", subtype: "init", session_id },
  { type: "stream_event", session_id, event: { type: "message_start", message: { id: "m" } } },
];

async function microsecondsPerDelta(services: SessionServices): Promise<number> {
  const delta = { type: "text_delta", text: "a few words " };
  const event = { type: "content_block_delta", index: 0, delta };
  const start = {
    type: "content_block_start",
    index: 0,
    content_block: { type: "text", text: "" },
  };
  const lines = [
    ...begun,
    { type: "stream_event", session_id, event: start },
    ...Array.from({ length: DELTAS }, () => ({ type: "stream_event", session_id, event })),
    end,
  ];
  await play(services, lines);
  return ((await play(services, lines)) * 1000) / DELTAS;
}

function bigOutput(services: SessionServices): Promise<number> {
  const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "cat log" } };
  const content = "A line of a log that is neither short nor long.\n".repeat(OUTPUT / 48);
  return play(services, [
    ...begun,
    { type: "assistant", session_id, message: { id: "m", content: [call] } },
    {
      type: "user",
      session_id,
      message: { content: [{ type: "tool_result", tool_use_id: "toolu_1", content }] },
    },
    end,
  ]);
}
