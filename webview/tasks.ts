/** Claude's list of what there is to do, from the tools that it keeps it with. */
import { t } from "@vscode/l10n";
import type { ReadonlySignal } from "@preact/signals";
import type { Message, Part, ToolPart } from "../src/shared/thread";

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly state: "open" | "doing" | "done";
}

/** Whether a part is one of the calls that the list is made of. Those of a subagent are its own. */
export const isTaskCall = (part: Part): part is ToolPart =>
  part.type === "dynamic-tool" &&
  !part.parent &&
  part.state !== "output-error" &&
  ["TodoWrite", "TaskCreate", "TaskUpdate"].includes(part.toolName);

/** The list after some more parts. */
export function tasksAfter(tasks: readonly Task[], parts: readonly Part[]): readonly Task[] {
  const calls = parts.filter(isTaskCall);
  if (calls.length === 0) return tasks;
  const list = new Map(tasks.map((task) => [task.id, task]));
  for (const call of calls) follow(list, call);
  return [...list.values()];
}

/** The list as the messages before one leave it. What these say of it has been said to the end. */
export function tasksBefore(
  messages: readonly ReadonlySignal<Message>[],
  id: string,
): readonly Task[] {
  let tasks: readonly Task[] = [];
  for (const one of messages) {
    const message = one.peek();
    if (message.id === id) break;
    tasks = tasksAfter(tasks, message.parts);
  }
  return tasks;
}

/** Does to the list what a call does. */
function follow(list: Map<string, Task>, call: ToolPart): void {
  const input = record(call.input);
  switch (call.toolName) {
    case "TodoWrite": {
      if (!Array.isArray(input["todos"])) return;
      list.clear();
      for (const [index, todo] of input["todos"].entries()) {
        const { content, status } = record(todo);
        const id = `todo-${index}`;
        list.set(id, { id, title: text(content), state: stateOf(status) ?? "open" });
      }
      return;
    }
    case "TaskCreate": {
      if (call.state === "input-streaming") return;
      const output = call.state === "output-available" ? text(call.output) : "";
      const id = /#([\w-]+)/.exec(output)?.[1] ?? call.id;
      list.set(id, { id, title: text(input["subject"]), state: "open" });
      return;
    }
    default: {
      const id = text(input["taskId"]);
      if (!id) return;
      const known = list.get(id);
      if (input["status"] === "deleted") list.delete(id);
      else
        list.set(id, {
          id,
          title: text(input["subject"]) || (known?.title ?? t("Task {0}", id)),
          state: stateOf(input["status"]) ?? known?.state ?? "open",
        });
    }
  }
}

function stateOf(status: unknown): Task["state"] | undefined {
  if (status === "completed") return "done";
  if (status === "in_progress") return "doing";
  return status === "pending" ? "open" : undefined;
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
