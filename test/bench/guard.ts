/** How long it takes to look at what this machine runs of a workspace, where nothing has changed. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HostScanner } from "../../src/workspace/hostSnapshot";
import { median, quantile, type Findings } from "./figures";

const LOOKS = 40;
const FOLDERS = 300;
const FILES_EACH = 30;

export async function guard(): Promise<Findings> {
  const workspace = await mkdtemp(path.join(tmpdir(), "sandbox-chat-bench-"));
  try {
    await makeWorkspace(workspace);
    const scanner = new HostScanner(workspace);
    // What has just been written is read each time.
    await sleep(3000);
    const { size } = await scanner.scan();
    const times: number[] = [];
    for (let look = 0; look < LOOKS; look++) {
      const start = performance.now();
      await scanner.scan();
      times.push(performance.now() - start);
    }
    return {
      figures: [
        {
          name: `a look at a workspace of ${FOLDERS * FILES_EACH} files, median of ${LOOKS}`,
          value: median(times),
          unit: "ms",
          atMost: 20,
        },
        { name: "the same, 95th percentile", value: quantile(times, 0.95), unit: "ms" },
        { name: "what it finds", value: size, unit: "files" },
      ],
    };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Packages of a repository, as a large one has them: what counts is how many folders are looked into. */
async function makeWorkspace(workspace: string): Promise<void> {
  execFileSync("git", ["init", "-q", workspace]);
  for (let at = 0; at < FOLDERS; at++) {
    const folder = path.join(workspace, `packages-${at % 10}`, `p${at}`, "src");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "../package.json"), '{"scripts":{"test":"x"}}');
    for (let file = 0; file < FILES_EACH; file++)
      await writeFile(path.join(folder, `${file}.ts`), "");
  }
  for (const name of [".vscode/settings.json", ".npmrc", ".github/workflows/ci.yml"]) {
    await mkdir(path.dirname(path.join(workspace, name)), { recursive: true });
    await writeFile(path.join(workspace, name), "{}");
  }
}
