import assert from "node:assert/strict";
import { isBefore } from "../support/claudeCli";
import { type RealClaude, textOf, until } from "../support/realClaude";
import { together } from "../support/together";

interface Answer {
  readonly subtype: string;
  readonly request_id: string;
  readonly response?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/** Asks the process something, and resolves with what it answers. */
async function control(claude: RealClaude, subtype: string, fields: object = {}): Promise<Answer> {
  const id = `request-${subtype}`;
  const request = { subtype, ...fields };
  await claude.write(JSON.stringify({ type: "control_request", request_id: id, request }));
  let answer: Answer | undefined;
  await until(() => {
    answer = claude.lines.map(answerIn).findLast((each) => each?.request_id === id);
    return answer !== undefined;
  });
  assert.ok(answer);
  return answer;
}

function answerIn(line: string): Answer | undefined {
  const json = JSON.parse(line) as { type: string; response: Answer };
  return json.type === "control_response" ? json.response : undefined;
}

describe("control requests to the real Claude Code", function () {
  const test = together();

  test("are answered before the first prompt, and begin no turn", async (claude) => {
    claude.start();
    const { subtype, response = {} } = await control(claude, "initialize");
    assert.equal(subtype, "success");
    for (const list of ["commands", "models", "agents"]) {
      const items = response[list];
      assert.ok(Array.isArray(items) && items.length > 0, list);
    }
    const [command] = response["commands"] as { name?: unknown; description?: unknown }[];
    assert.equal(typeof command?.name, "string");
    assert.equal(typeof command?.description, "string");
    const [model] = response["models"] as { value?: unknown; displayName?: unknown }[];
    assert.equal(typeof model?.value, "string");
    assert.equal(typeof model?.displayName, "string");
    assert.equal(typeof response["account"], "object");
    assert.equal(claude.conversation.messages.length, 0);
    assert.equal(textOf(await claude.ask("[[say:Hello.]]")), "Hello.");
  });

  test("add to the system prompt", async (claude) => {
    const mark = `MARK ${claude.folder}`;
    const isTold = async (prompt: string) => {
      await claude.ask(`[[say:${prompt}]] ${claude.folder}`);
      const requests = claude.requestsWith(`[[say:${prompt}]] ${claude.folder}`);
      return requests.some(({ system }) => system.includes(mark));
    };
    claude.start();
    await control(claude, "initialize", { appendSystemPrompt: mark });
    assert.ok(await isTold("One."));
    claude.end();
    await claude.gone();
    claude.start({ resume: { session: claude.session, fork: false } });
    // Newer ones remember it.
    assert.equal(await isTold("Two."), !isBefore("2.1.330"));
  });

  test("are refused where they are unknown, which harms nothing", async (claude) => {
    claude.start();
    const { subtype, error } = await control(claude, "no_such_request");
    assert.equal(subtype, "error");
    assert.match(error ?? "", /no_such_request/);
    assert.equal(textOf(await claude.ask("[[say:Hello.]]")), "Hello.");
  });

  test("set the model of the next turn", async (claude) => {
    await claude.start({ model: "claude-sonnet-4-5" }).ask("[[say:One.]]");
    await control(claude, "set_model", { model: "claude-haiku-4-5" });
    await claude.ask(`[[say:Two.]] ${claude.folder}`);
    const models = claude.requestsWith(`[[say:Two.]] ${claude.folder}`).map(({ model }) => model);
    assert.ok(models.includes("claude-haiku-4-5"));
    assert.ok(!models.includes("claude-sonnet-4-5"));
    // What the CLI says of it between two turns is no turn, and is shown in the next one.
    assert.equal(claude.conversation.messages.length, 2);
    assert.deepEqual(
      claude.last.parts.map(({ type }) => type),
      ["data-notice", "text"],
    );
  });

  for (const behavior of ["allow", "deny"])
    test(`ask us whether a tool may run, where we say that we answer, and ${behavior} it`, async (claude) => {
      const permission = "--permission-mode=default";
      claude.start({ extraArgs: ["--permission-prompt-tool", "stdio", permission] });
      await claude.say("[[bash:touch made|say:Done.]]");
      await until(() => claude.lastSignal?.type === "asked");
      const asked = claude.lastSignal;
      assert.ok(asked?.type === "asked");
      assert.equal(asked.subtype, "can_use_tool");
      const response =
        behavior === "allow"
          ? { behavior, updatedInput: { command: "echo allowed" } }
          : { behavior, message: "No, thank you." };
      await claude.write(
        JSON.stringify({
          type: "control_response",
          response: { subtype: "success", request_id: asked.requestId, response },
        }),
      );
      await claude.turnEnded();
      const [tool] = claude.last.parts;
      assert.ok(tool?.type === "dynamic-tool");
      assert.equal(tool.state, behavior === "allow" ? "output-available" : "output-error");
      assert.equal(claude.last.status, "complete");
    });

  test("do not hang when we decline to answer", async (claude) => {
    const permission = "--permission-mode=default";
    claude.start({ extraArgs: ["--permission-prompt-tool", "stdio", permission] });
    await claude.say("[[bash:touch made|say:Done.]]");
    await until(() => claude.lastSignal?.type === "asked");
    const asked = claude.lastSignal;
    assert.ok(asked?.type === "asked");
    await claude.decline(asked.requestId);
    await claude.turnEnded();
    const [tool] = claude.last.parts;
    assert.ok(tool?.type === "dynamic-tool" && tool.state === "output-error");
  });
});
