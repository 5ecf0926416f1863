/** For each thing that can be wrong with a sandbox: a sentence, and the one next step. */
import type { NextStep } from "../shared/protocol";
import type { Problem } from "./probe";

export interface ProblemText {
  readonly message: string;
  readonly next: NextStep;
}

const again: NextStep = { step: "checkSandbox", label: "Check Again" };
const settings: NextStep = { step: "openSandboxSettings", label: "Open Settings" };

/** The sentence and the step for a problem; `label` names the sandbox, as "Docker sandbox my-app". */
export function problemText(problem: Problem, label: string): ProblemText {
  switch (problem) {
    case "cliMissing":
      return {
        message:
          "Docker is not installed, or its command line is not on the PATH. Claude works in a Docker sandbox only; the demo needs no Docker.",
        next: { step: "useDemo", label: "Try the Demo" },
      };
    case "pluginMissing":
      return {
        message:
          "This Docker has no sandboxes: its command “docker sandbox” is missing. It comes with Docker Desktop.",
        next: { step: "useDemo", label: "Try the Demo" },
      };
    case "engineDown":
      return { message: "Docker is installed, but it is not running. Start it.", next: again };
    case "sandboxMissing":
      return {
        message: `${label} does not exist yet.`,
        next: { step: "createSandbox", label: "Create Sandbox…" },
      };
    case "sandboxStopped":
      return {
        message: `${label} is stopped.`,
        next: { step: "startSandbox", label: "Start Sandbox" },
      };
    case "badWorkspace":
      return {
        message: `This workspace’s folder is not in ${label}. Say in the settings where it is, or create the sandbox for this folder.`,
        next: settings,
      };
    case "claudeMissing":
      return { message: `${label} has no Claude Code in it.`, next: settings };
    case "loggedOut":
      return {
        message: `Claude is not logged in inside ${label}.`,
        next: { step: "logIn", label: "Log In to Claude…" },
      };
    case "apiKeyNotAllowed":
      return {
        message: "Claude would bill an API key, which the settings do not allow.",
        next: settings,
      };
    case "timeout":
      return { message: `${label} did not answer in time.`, next: again };
    case "unknown":
      return { message: "Agent is offline. Check the Docker sandbox.", next: again };
  }
}
