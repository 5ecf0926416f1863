import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { Message, Part } from "../../../src/shared/thread";
import { tasksAfter, tasksBefore, type Task } from "../../../webview/tasks";
import { message } from "../../support/conversations";

let count = 0;
const call = (toolName: string, input: unknown, output?: string): Part => ({
  id: `call-${++count}`,
  toolCallId: `call-${count}`,
  type: "dynamic-tool",
  toolName,
  ...(output === undefined
    ? { state: "input-available", input }
    : { state: "output-available", input, output }),
});

const sketch = (tasks: readonly Task[]): string =>
  tasks.map(({ title, state }) => `${title} ${state}`).join(", ");

const todos = (...list: [content: unknown, status: unknown][]): unknown => ({
  todos: list.map(([content, status]) => ({ content, status })),
});

describe("the list of tasks", () => {
  it("is what TodoWrite said last", () => {
    const parts = [
      call("TodoWrite", todos(["a", "pending"], ["b", "pending"]), "ok"),
      call("Bash", { command: "ls" }, ""),
      call("TodoWrite", todos(["a", "completed"], ["b", "in_progress"], ["c", "pending"])),
    ];
    assert.equal(sketch(tasksAfter([], parts)), "a done, b doing, c open");
  });

  it("is what TaskCreate and TaskUpdate made of it", () => {
    const parts = [
      call("TaskCreate", { subject: "do it" }, "Task #1 created successfully: do it"),
      call("TaskCreate", { subject: "and this" }, "Task #2 created successfully: and this"),
      call("TaskCreate", { subject: "not yet there" }),
      call("TaskUpdate", { taskId: "1", status: "completed" }, "Updated task #1 status"),
      call("TaskUpdate", { taskId: "2", status: "in_progress", subject: "and that" }, ""),
    ];
    assert.equal(sketch(tasksAfter([], parts)), "do it done, and that doing, not yet there open");
    const deleted = call("TaskUpdate", { taskId: "2", status: "deleted" }, "");
    assert.equal(sketch(tasksAfter([], [...parts, deleted])), "do it done, not yet there open");
  });

  it("keeps to itself what is odd, failed, or a subagent's", () => {
    const failed: Part = {
      id: "f",
      toolCallId: "f",
      type: "dynamic-tool",
      toolName: "TaskCreate",
      state: "output-error",
      input: { subject: "no" },
      errorText: "no",
    };
    const parts = [
      call("TodoWrite", { todos: "x" }),
      call("TodoWrite", null),
      call("TaskUpdate", {}),
      { ...call("TaskCreate", { subject: "theirs" }, "Task #9"), parent: "agent" },
      failed,
    ];
    assert.equal(sketch(tasksAfter([], parts)), "");
    assert.equal(
      sketch(tasksAfter([], [call("TodoWrite", todos([5, 7], [null, "?"]))])),
      "5 open,  open",
    );
    assert.equal(
      sketch(tasksAfter([], [call("TaskUpdate", { taskId: 3, status: "completed" })])),
      "Task 3 done",
    );
  });

  it("goes on from one message to the next, in which nothing is rendered", () => {
    const messages = [
      message("m1", 0, "assistant", [call("TaskCreate", { subject: "a" }, "Task #1")]),
      message("m2", 1, "user", []),
      message("m3", 2, "assistant", [call("TaskUpdate", { taskId: "1", status: "completed" })]),
    ].map((one) => signal<Message>(one));
    assert.equal(sketch(tasksBefore(messages, "m1")), "");
    assert.equal(sketch(tasksBefore(messages, "m3")), "a open");
    assert.equal(sketch(tasksBefore(messages, "m4")), "a done");
  });
});
