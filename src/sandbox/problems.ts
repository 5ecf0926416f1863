/** For each thing that can be wrong with a sandbox: a sentence, and the one next step. */
import type { NextStep } from "../shared/protocol";
import type { Problem } from "./problem";
import type { Place, Sandbox } from "./sandbox";

const again: NextStep = { step: "checkSandbox", label: "Check Again" };
const settings: NextStep = { step: "openSandboxSettings", label: "Open Settings" };
const tryDemo: NextStep = { step: "useDemo", label: "Try the Demo" };

/** What is wrong, in a sentence for people. */
export function problemSentence(problem: Problem, { kind, label, program }: Place): string {
  switch (problem) {
    case "cliMissing":
      if (kind === "auto" || kind === "docker-sandbox")
        return "Docker is not installed, or its command line is not on the PATH. Claude works in a Docker sandbox only; the demo needs no Docker.";
      return `“${program}” is not on this machine, or not on the PATH. Install it, or name it in the settings.`;
    case "pluginMissing":
      return kind === "auto"
        ? `This Docker has no sandboxes: there is no “docker sandbox”, no “sbx”, and no container ${label}. Install Docker’s sandboxes, or name a container in the settings.`
        : "This Docker has no sandboxes: its command “docker sandbox” is missing. Install “sbx”, which follows it, or choose another runtime in the settings.";
    case "accessDenied":
      return kind === "custom"
        ? `${label} does not let you in. Details show what it said.`
        : "Docker does not let you in: your user may not talk to its engine. On Linux, add yourself to the group “docker” and log in anew.";
    case "engineDown":
      if (kind === "custom") return `${label} cannot be reached.`;
      if (kind === "sbx") return `${label} cannot be started.`;
      return /podman/i.test(program)
        ? "Podman is installed, but its machine is not running. Start it."
        : "Docker is installed, but it is not running. Start it.";
    case "signedOut":
      return kind === "sbx"
        ? "You are not signed in to Docker, which sbx needs."
        : `You are not signed in to where ${label} is.`;
    case "sandboxMissing":
      if (kind === "docker")
        return `${label} does not exist. Make one that has Claude Code and this folder in it, or name another in the settings.`;
      return `${label} does not exist yet.`;
    case "sandboxStopped":
      return `${label} is stopped.`;
    case "badWorkspace":
      return `This workspace’s folder is not in ${label}. Say in the settings where it is, or create the sandbox for this folder.`;
    case "claudeMissing":
      return `${label} has no Claude Code in it. Install it there, or say in the settings where it is.`;
    case "loggedOut":
      return `Claude is not logged in inside ${label}.`;
    case "apiKeyNotAllowed":
      return "Claude would bill an API key, which the settings do not allow.";
    case "wrongProvider":
      return "Claude would work through another provider (Bedrock, Vertex) and bill your account there, which the settings do not allow.";
    case "timeout":
      return `${label} did not answer in time.`;
    case "unknown":
      return `${label} did not answer as expected. Details show what it said.`;
  }
}

/** What to do about it. `sandbox` is undefined where `auto` found none. */
export function nextStep(problem: Problem, sandbox?: Sandbox): NextStep {
  switch (problem) {
    case "cliMissing":
    case "pluginMissing":
      return !sandbox || sandbox.kind === "docker-sandbox" ? tryDemo : settings;
    case "engineDown":
      return sandbox?.startEngine ? { step: "startDocker", label: "Start Docker" } : again;
    case "signedOut":
      return sandbox?.signIn ? { step: "signIn", label: "Sign In to Docker…" } : again;
    case "sandboxMissing":
      return sandbox?.create ? { step: "createSandbox", label: "Create Sandbox…" } : settings;
    case "sandboxStopped":
      return sandbox?.start ? { step: "startSandbox", label: "Start Sandbox" } : again;
    case "loggedOut":
      return { step: "logIn", label: "Log In to Claude…" };
    case "badWorkspace":
    case "claudeMissing":
    case "apiKeyNotAllowed":
    case "wrongProvider":
      return settings;
    case "accessDenied":
    case "timeout":
    case "unknown":
      return again;
  }
}
