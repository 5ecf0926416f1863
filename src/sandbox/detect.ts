import { collect, startProcess } from "./childProcess";
import { type Problem, problemOf } from "./problem";
import type { RuntimeKind } from "./sandbox";

export interface DetectOptions {
  readonly dockerPath: string;
  readonly sbxPath: string;
  /** The name that the workspace's sandbox has. */
  readonly name: string;
  /** For each program that is asked, in milliseconds. */
  readonly timeout?: number;
}

export type Detected =
  | { readonly kind: Extract<RuntimeKind, "docker-sandbox" | "sbx" | "docker"> }
  /** `detail` is what was printed, word for word. */
  | { readonly problem: Problem; readonly detail: string };

/**
 * Which way into a sandbox there is on this machine: `docker sandbox`, else `sbx`, else a container of
 * that name. Never the demo, and never the machine itself.
 */
export async function detect(options: DetectOptions): Promise<Detected> {
  const { dockerPath, sbxPath, name, timeout = 10_000 } = options;
  const ask = async (...argv: string[]) => {
    const { stdout, timedOut, ...exit } = await collect(startProcess(argv), timeout);
    return {
      answered: exit.code === 0,
      problem: timedOut ? "timeout" : (problemOf(exit, stdout) ?? "unknown"),
      detail: [exit.failure?.message, exit.stderr, stdout].filter(Boolean).join("\n").trim(),
    } as const;
  };
  const plugin = await ask(dockerPath, "sandbox", "version");
  // A plugin that misses its engine is there; docker itself would not have looked for one.
  if (plugin.answered || plugin.problem === "engineDown") return { kind: "docker-sandbox" };
  const successor = await ask(sbxPath, "version");
  if (successor.answered || successor.problem === "signedOut") return { kind: "sbx" };
  if (plugin.problem === "cliMissing") return plugin;
  const container = await ask(dockerPath, "container", "inspect", name);
  if (container.answered) return { kind: "docker" };
  return container.problem === "sandboxMissing" || container.problem === "unknown"
    ? { problem: "pluginMissing", detail: plugin.detail }
    : container;
}
