/** For each thing that can be wrong with a sandbox: a sentence, and the one next step. */
import { t } from "@vscode/l10n";
import type { NextStep } from "../shared/protocol";
import type { Problem } from "./problem";
import type { Place, Sandbox } from "./sandbox";

const again = (): NextStep => ({ step: "checkSandbox", label: t("Check Again") });
const settings = (): NextStep => ({ step: "openSandboxSettings", label: t("Open Settings") });
const tryDemo = (): NextStep => ({ step: "useDemo", label: t("Try the Demo") });

/** What is wrong, in a sentence for people. */
export function problemSentence(problem: Problem, { kind, label, program }: Place): string {
  switch (problem) {
    case "cliMissing":
      if (kind === "auto" || kind === "docker-sandbox")
        return t(
          "Docker is not installed, or its command line is not on the PATH. Claude works in a Docker sandbox only; the demo needs no Docker.",
        );
      return t(
        "“{0}” is not on this machine, or not on the PATH. Install it, or name it in the settings.",
        program,
      );
    case "pluginMissing":
      return kind === "auto"
        ? t(
            "This Docker has no sandboxes: there is no “docker sandbox”, no “sbx”, and no container {0}. Install Docker’s sandboxes, or name a container in the settings.",
            label,
          )
        : t(
            "This Docker has no sandboxes: its command “docker sandbox” is missing. Install “sbx”, which follows it, or choose another runtime in the settings.",
          );
    case "accessDenied":
      return kind === "custom"
        ? t("{0} does not let you in. Details show what it said.", label)
        : t(
            "Docker does not let you in: your user may not talk to its engine. On Linux, add yourself to the group “docker” and log in anew.",
          );
    case "engineDown":
      if (kind === "custom") return t("{0} cannot be reached.", label);
      if (kind === "sbx") return t("{0} cannot be started.", label);
      return /podman/i.test(program)
        ? t("Podman is installed, but its machine is not running. Start it.")
        : t("Docker is installed, but it is not running. Start it.");
    case "signedOut":
      return kind === "sbx"
        ? t("You are not signed in to Docker, which sbx needs.")
        : t("You are not signed in to where {0} is.", label);
    case "sandboxMissing":
      if (kind === "docker")
        return t(
          "{0} does not exist. Make one that has Claude Code and this folder in it, or name another in the settings.",
          label,
        );
      return t("{0} does not exist yet.", label);
    case "sandboxStopped":
      return t("{0} is stopped.", label);
    case "badWorkspace":
      return t(
        "This workspace’s folder is not in {0}. Say in the settings where it is, or create the sandbox for this folder.",
        label,
      );
    case "claudeMissing":
      return t(
        "{0} has no Claude Code in it. Install it there, or say in the settings where it is.",
        label,
      );
    case "loggedOut":
      return t(
        "Claude is not logged in inside {0}. The sandbox asks you to in a terminal: sign in only on a page of claude.ai, claude.com or platform.claude.com.",
        label,
      );
    case "apiKeyNotAllowed":
      return t("Claude would bill an API key, which the settings do not allow.");
    case "wrongProvider":
      return t(
        "Claude would work through another provider (Bedrock, Vertex) and bill your account there, which the settings do not allow.",
      );
    case "timeout":
      return t("{0} did not answer in time.", label);
    case "unknown":
      return t("{0} did not answer as expected. Details show what it said.", label);
  }
}

/** What to do about it. `sandbox` is undefined where `auto` found none. */
export function nextStep(problem: Problem, sandbox?: Sandbox): NextStep {
  switch (problem) {
    case "cliMissing":
    case "pluginMissing":
      return !sandbox || sandbox.kind === "docker-sandbox" ? tryDemo() : settings();
    case "engineDown":
      return sandbox?.startEngine ? { step: "startDocker", label: t("Start Docker") } : again();
    case "signedOut":
      return sandbox?.signIn ? { step: "signIn", label: t("Sign In to Docker…") } : again();
    case "sandboxMissing":
      return sandbox?.create ? { step: "createSandbox", label: t("Create Sandbox…") } : settings();
    case "sandboxStopped":
      return sandbox?.start ? { step: "startSandbox", label: t("Start Sandbox") } : again();
    case "loggedOut":
      return { step: "logIn", label: t("Log In to Claude…") };
    case "badWorkspace":
    case "claudeMissing":
    case "apiKeyNotAllowed":
    case "wrongProvider":
      return settings();
    case "accessDenied":
    case "timeout":
    case "unknown":
      return again();
  }
}
