import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { spelledOut } from "../../src/shared/invisible";
import { TASKS } from "../find/texts";
import { Icon } from "../icon";
import type { Task } from "../tasks";
import { Visible } from "../visible";
import { Disclosure } from "./disclosure";

const ICONS = { open: "circle-large", doing: "arrow-circle-right", done: "pass-filled" } as const;

/** What Claude means to do, and how far it is. */
export function Checklist({ tasks }: { tasks: readonly Task[] }): JSX.Element | null {
  if (tasks.length === 0) return null;
  const done = tasks.filter(({ state }) => state === "done").length;
  const doing = tasks.find(({ state }) => state === "doing");
  return (
    <Disclosure
      name={t("Tasks")}
      summary={
        <>
          <span class="tool-steps">{t("{0} of {1} done", done, tasks.length)}</span>
          {doing && <span class="tool-about">{spelledOut(doing.title)}</span>}
        </>
      }
      initially
      class="tool checklist"
      part={TASKS}
    >
      <ul class="tasks">
        {tasks.map(({ id, title, state }) => (
          <li key={id} class={state}>
            <Icon name={ICONS[state]} />
            <span class="sr-only">{wordFor(state)} </span>
            <span class="task-title">
              <Visible text={title} />
            </span>
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}

/** What stands before a task, for who does not see its icon. */
function wordFor(state: Task["state"]): string {
  switch (state) {
    case "open":
      return t("to do:");
    case "doing":
      return t("in progress:");
    case "done":
      return t("done:");
  }
}
