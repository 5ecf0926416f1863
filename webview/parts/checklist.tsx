import type { JSX } from "preact";
import { spelledOut } from "../../src/shared/invisible";
import { TASKS } from "../find/texts";
import { Icon } from "../icon";
import type { Task } from "../tasks";
import { Visible } from "../visible";
import { Disclosure } from "./disclosure";

const ICONS = { open: "circle-large", doing: "arrow-circle-right", done: "pass-filled" } as const;
const WORDS = { open: "to do", doing: "in progress", done: "done" } as const;

/** What Claude means to do, and how far it is. */
export function Checklist({ tasks }: { tasks: readonly Task[] }): JSX.Element | null {
  if (tasks.length === 0) return null;
  const done = tasks.filter(({ state }) => state === "done").length;
  const doing = tasks.find(({ state }) => state === "doing");
  return (
    <Disclosure
      name="Tasks"
      summary={
        <>
          <span class="tool-steps">
            {done} of {tasks.length} done
          </span>
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
            <span class="sr-only">{WORDS[state]}: </span>
            <span class="task-title">
              <Visible text={title} />
            </span>
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}
