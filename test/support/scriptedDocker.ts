import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "./codeServer";
import { root } from "./paths";
import { begin, delta, result, type Step, whole } from "./scriptedRuntime";

/** An answer that has its first words, and ends when there is a file of this name in the folder. */
export const untilLetGo = (file: string, text = "I take my time."): Step[] => [
  ...begin("s1"),
  delta(text),
  { awaitFile: file },
  whole(text),
  result("s1"),
];

/** The settings of a sandbox with such a `docker`, which is made in a folder. */
export const scriptedSandbox = (folder: string, scenario: readonly Step[]): Settings => ({
  "sandboxChat.sandbox.runtime": "docker-sandbox",
  "sandboxChat.sandbox.name": "app",
  "sandboxChat.sandbox.dockerPath": scriptedDocker(folder, scenario),
});

/**
 * Makes a `docker` in a folder, whose sandbox has a Claude that is logged in and does what the scenario
 * says. Returns its path.
 */
export function scriptedDocker(folder: string, scenario: readonly Step[]): string {
  mkdirSync(folder, { recursive: true });
  const steps = join(folder, "scenario.json");
  const docker = join(folder, "docker");
  writeFileSync(steps, JSON.stringify(scenario));
  writeFileSync(
    docker,
    `#!/bin/sh
case " $* " in
*" auth status "*) echo '{"loggedIn":true,"authMethod":"claude.ai"}' ;;
*" --input-format stream-json "*) FAKE_CLAUDE_SCENARIO='${steps}' exec '${process.execPath}' '${join(root, "test/fixtures/fakeClaude.mjs")}' ;;
esac
`,
  );
  chmodSync(docker, 0o755);
  return docker;
}
