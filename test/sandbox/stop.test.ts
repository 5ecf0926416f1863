import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dockerSandbox } from "../../src/sandbox/dockerSandbox";
import type { ChatSession } from "../../src/session/chatSession";
import { apiEnvironment, installClaudeCli } from "../support/claudeCli";
import {
  type SandboxedProcess,
  type SandboxEngine,
  startSandboxEngine,
} from "../support/dockerEngine";
import { type MessagesApi, startMessagesApi } from "../support/messagesApi";
import { orSkip } from "../support/requirement";
import { idle, lastMessage, scriptedSession, until } from "../support/scriptedSession";

/** What is to be seen of a stop is in the panel's tests; this is about what runs in the container. */
describe("Stop, in a real container", function () {
  const environment = { ...process.env };
  let workspace: string;
  let threads = 0;
  let api: MessagesApi | undefined;
  let engine: SandboxEngine | undefined;
  let session: ChatSession | undefined;

  before(async function () {
    workspace = await mkdtemp(path.join(tmpdir(), "sandbox-chat-"));
    const claude = await orSkip(this, installClaudeCli());
    engine = await orSkip(this, startSandboxEngine({ workspace, claude: claude.path }));
    Object.assign(process.env, engine.env);
    api = await startMessagesApi();
  });
  after(async () => {
    process.env = environment;
    await engine?.stop();
    await api?.close();
    await rm(workspace, { recursive: true, force: true });
  });
  afterEach(() => session?.dispose());

  function begin(claude = "claude"): ChatSession {
    assert.ok(engine && api);
    const { docker: dockerPath, name } = engine;
    const runtime = dockerSandbox({ dockerPath, name, workspace, hostWorkspace: workspace });
    const variables = apiEnvironment(api);
    const options = { path: claude, model: "", permissionMode: "bypassPermissions", extraArgs: [] };
    ({ session } = scriptedSession(workspace, [], {
      id: `thread${++threads}`,
      change: {
        runtime: () => runtime,
        environment: () => Promise.resolve(variables),
        claude: () => options,
      },
    }));
    return session;
  }

  /** What runs in the container beside what keeps it running. */
  async function running(): Promise<string[]> {
    assert.ok(engine);
    const processes: SandboxedProcess[] = await engine.processes(engine.name);
    return processes
      .map(({ args }) => args)
      .filter((args) => !/^(\/sbin\/docker-init -- )?sleep infinity$/.test(args));
  }

  async function say(text: string): Promise<void> {
    assert.ok(session);
    const seen = session.view().conversation.messages.length;
    assert.deepEqual(await session.send(text, seen), { sent: true });
  }

  const runs = async (pattern: RegExp) => {
    while (!(await running()).some((args) => pattern.test(args))) await sleep(100);
  };

  /** Stops, and resolves when the turn has ended and nothing of it runs any more. */
  async function stopped(): Promise<void> {
    assert.ok(session);
    session.stop();
    assert.equal(session.turn.phase, "stopping");
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    while ((await running()).length > 0) await sleep(100);
  }

  it("ends an answer that streams", async () => {
    const session = begin();
    await say("[[slow:200:100]]");
    await until(() => JSON.stringify(lastMessage(session).parts).includes("word3"));
    await stopped();
  });

  it("ends a command that ignores SIGTERM and SIGINT, and what that has started", async () => {
    begin();
    await say(
      "[[bash:trap '' TERM INT; (trap '' TERM INT HUP; exec -a deaf tail -f /dev/null) & setsid tail -f /dev/null & env -i tail -f /dev/null & wait]]",
    );
    await runs(/^deaf/);
    await stopped();
  });

  it("ends what an earlier turn has left running in the background", async () => {
    const session = begin();
    await say(
      `[[tool:Bash:${JSON.stringify({ command: "tail -f /dev/null", run_in_background: true })}|say:It runs.]]`,
    );
    await idle(session);
    await runs(/^tail -f/);
    await say("[[slow:200:100]]");
    await until(() => JSON.stringify(lastMessage(session).parts).includes("word3"));
    await stopped();
  });

  it("ends a Claude whose API hangs", async () => {
    begin();
    await say("[[hang]]");
    await until(() => (api?.requests.length ?? 0) > 0);
    await runs(/claude/);
    await stopped();
  });

  it("ends a Claude that ignores everything", async () => {
    const deaf = path.join(workspace, "deaf-claude");
    const line = JSON.stringify({ type: "system", subtype: "init", session_id: "s" });
    await writeFile(
      deaf,
      `#!/bin/sh\ntrap '' INT TERM HUP PIPE\necho '${line}'\nwhile :; do sleep 1; done </dev/null\n`,
    );
    await chmod(deaf, 0o755);
    begin(deaf);
    await say("Are you there?");
    await runs(/deaf-claude/);
    await stopped();
  });

  it("leaves other threads alone, and can be followed by another message", async () => {
    const other = begin();
    await say("[[slow:60:50]]");
    const stoppedOne = begin();
    await say("[[slow:200:100]]");
    await until(() => JSON.stringify(lastMessage(stoppedOne).parts).includes("word3"));
    stoppedOne.stop();
    await idle(stoppedOne);
    await idle(other);
    assert.equal(lastMessage(other).status, "complete");
    await say("And now? [[echo]]");
    await idle(stoppedOne);
    assert.equal(lastMessage(stoppedOne).status, "complete");
    await other.dispose();
  });
});
