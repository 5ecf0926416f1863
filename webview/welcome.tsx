import { t } from "@vscode/l10n";
import type { JSX } from "preact";
import { fileName } from "./format";
import { spelledOut } from "../src/shared/invisible";
import type { SandboxState } from "../src/shared/protocol";
import { useChat } from "./hooks/useChat";
import { Icon } from "./icon";
import { Visible } from "./visible";

const prompts = {
  file: () => [
    t("Explain what this file does and where it is used."),
    t("Look for mistakes in this file, and fix them."),
    t("Write tests for this file, and run them."),
  ],
  workspace: () => [
    t("Give me an overview of this workspace."),
    t("Run the tests, and fix what fails."),
    t("Find something that could be simpler, and propose a change."),
  ],
};

/** What stands in a thread in which nothing was said yet. */
export function Welcome(): JSX.Element {
  const chat = useChat();
  const scope = chat.thread.value?.scope;
  const sandbox = chat.sandbox.value;
  return (
    <section class="welcome">
      <Icon name="comment-discussion" />
      <h2>
        {scope?.type === "file" ? (
          <AskAboutFile path={scope.id} />
        ) : (
          t("Ask Claude about this workspace")
        )}
      </h2>
      <p>{t("It reads, edits and runs things without asking, because it works in a sandbox.")}</p>
      <p class="welcome-sandbox">{readiness(sandbox)}</p>
      {chat.readOnly.value === null && (
        <Prompts prompts={prompts[scope?.type === "file" ? "file" : "workspace"]()} />
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
    <ul class="prompts" aria-label={t("Things to ask")}>
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

/** The sentence says where the name stands in it. */
function AskAboutFile({ path }: { path: string }): JSX.Element {
  const [before, after] = t("Ask Claude about {0}").split("{0}");
  return (
    <>
      {before}
      <span title={spelledOut(path)}>
        <Visible text={fileName(path)} />
      </span>
      {after}
    </>
  );
}

function readiness({ state, label }: SandboxState): string {
  switch (state) {
    case "unknown":
    case "checking":
      return t("{0} is being checked…", label);
    case "ready":
      return t("{0} is ready.", label);
    case "offline":
      return t("{0} is not ready.", label);
  }
}
