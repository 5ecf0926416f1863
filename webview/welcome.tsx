import type { JSX } from "preact";
import { fileName } from "./format";
import { spelledOut } from "../src/shared/invisible";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { Visible } from "./visible";

const PROMPTS = {
  file: [
    "Explain what this file does and where it is used.",
    "Look for mistakes in this file, and fix them.",
    "Write tests for this file, and run them.",
  ],
  workspace: [
    "Give me an overview of this workspace.",
    "Run the tests, and fix what fails.",
    "Find something that could be simpler, and propose a change.",
  ],
} as const;

/** What stands in a thread in which nothing was said yet. */
export function Welcome(): JSX.Element {
  const chat = useChat();
  const scope = chat.thread.value?.scope;
  const sandbox = chat.sandbox.value;
  return (
    <section class="welcome">
      <Icon name="comment-discussion" />
      <h1>
        {scope?.type === "file" ? (
          <>
            Ask Claude about{" "}
            <span title={spelledOut(scope.id)}>
              <Visible text={fileName(scope.id)} />
            </span>
          </>
        ) : (
          "Ask Claude about this workspace"
        )}
      </h1>
      <p>It reads, edits and runs things without asking, because it works in a sandbox.</p>
      <p class="welcome-sandbox">
        {sandbox.label}
        {READINESS[sandbox.state]}
      </p>
      {chat.readOnly.value === null && (
        <Prompts prompts={PROMPTS[scope?.type === "file" ? "file" : "workspace"]} />
      )}
    </section>
  );
}

/** Something to begin with. It goes to the input, where it can be changed before it is sent. */
function Prompts({ prompts }: { prompts: readonly string[] }): JSX.Element {
  const chat = useChat();
  const fill = (prompt: string): void => {
    const draft = chat.draft.peek().trim();
    // What somebody wrote stays; another prompt takes the place of the one before.
    chat.write(!draft || prompts.includes(draft) ? prompt : `${draft}\n${prompt}`);
    chat.focus();
  };
  return (
    <ul class="prompts" aria-label="Things to ask">
      {prompts.map((prompt) => (
        <li key={prompt}>
          <button type="button" class="prompt" onClick={() => fill(prompt)}>
            {prompt}
          </button>
        </li>
      ))}
    </ul>
  );
}

const READINESS = {
  unknown: " is being checked…",
  checking: " is being checked…",
  ready: " is ready.",
  offline: " is not ready.",
};
