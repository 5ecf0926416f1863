/** What the extension costs a window before it is used: the time and the files of its activation. */
import { setTimeout as sleep } from "node:timers/promises";
import { openWorkbench } from "../support/browser";
import { activationTimes } from "./activationTimes";
import { median, type Findings } from "./figures";
import { forgetReads, readFiles, type ReadFile } from "./reads";
import { picture, withRig, type Rig } from "./rig";

const WINDOWS = 5;

const OURS = "sandbox-chat.sandbox-chat";

/** VS Code's viewer of pictures, which is also an extension with webviews that wakes on need. */
const THEIRS = "vscode.media-preview";

/** All that an activation should read. Node looks into the manifest for what kind of module it is. */
const NEEDED = ["dist/extension.js", "package.json"];

/** In kilobytes. All that is ours has room in it, another library that is needed later has not. */
const LARGEST = 200;

export const activation = (): Promise<Findings> =>
  withRig(async (rig) => {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let window = 0; window < WINDOWS; window++) {
      const times = await activateBoth(rig);
      ours.push(times.ours);
      theirs.push(times.theirs);
    }
    const reads = await readStepByStep(rig);
    const early = reads.activated.filter(({ name }) => !NEEDED.includes(name));
    return {
      figures: [
        { name: "activation, as VS Code tells it", value: median(ours), unit: "ms" },
        {
          name: "activation, against that of VS Code's picture viewer",
          value: median(ours) / median(theirs),
          unit: "×",
          atMost: 3,
        },
        {
          name: "read at activation",
          value: kilobytes(reads.activated),
          unit: "kB",
          atMost: LARGEST,
        },
        {
          name: "files read at activation too early",
          value: early.length,
          unit: "files",
          atMost: 0,
        },
        { name: "read when the panel is open", value: kilobytes(reads.opened), unit: "kB" },
        { name: "read after the first message", value: kilobytes(reads.answered), unit: "kB" },
      ],
      details: [
        `activation in each window, in ms: ${ours.join(", ")}; the viewer's: ${theirs.join(", ")}`,
        `at activation: ${names(reads.activated)}`,
        `and with the panel: ${names(without(reads.opened, reads.activated))}`,
        `and with the first message: ${names(without(reads.answered, reads.opened))}`,
      ],
    };
  });

interface Times {
  readonly ours: number;
  readonly theirs: number;
}

/** Ours is first, so it is ours that finds nothing warm. */
async function activateBoth({ browser, server }: Rig): Promise<Times> {
  const workbench = await openWorkbench(browser, server, { extension: null });
  await untilQuiet();
  await workbench.runCommand("Sandbox Chat: Show Log");
  await untilQuiet();
  await workbench.page.getByRole("treeitem", { name: picture }).click();
  const [ours = NaN, theirs = NaN] = await activationTimes(workbench, [OURS, THEIRS]);
  await workbench.close();
  return { ours, theirs };
}

/** What a window reads of our files, from its start on. */
async function readStepByStep({ browser, server, installed }: Rig) {
  const workbench = await openWorkbench(browser, server, { extension: null });
  await untilQuiet();
  await forgetReads(installed);
  await workbench.runCommand("Sandbox Chat: Show Log");
  await untilQuiet();
  const activated = await readFiles(installed);
  await workbench.runCommand("Sandbox Chat: Open Chat");
  const input = workbench.frame().getByRole("textbox", { name: "Message Claude" });
  await input.waitFor();
  await untilQuiet();
  const opened = await readFiles(installed);
  await input.fill("Hello");
  await input.press("Enter");
  await workbench
    .frame()
    .getByRole("article", { name: "Claude" })
    .getByText("Written at")
    .waitFor();
  const answered = await readFiles(installed);
  await workbench.close();
  return { activated, opened, answered };
}

/** What VS Code starts by itself should be over, and is not told of. */
const untilQuiet = () => sleep(1500);

const kilobytes = (files: readonly ReadFile[]): number =>
  files.reduce((sum, { size }) => sum + size, 0) / 1000;

const without = (files: readonly ReadFile[], before: readonly ReadFile[]): ReadFile[] =>
  files.filter(({ name }) => !before.some((other) => other.name === name));

const names = (files: readonly ReadFile[]): string =>
  files.map(({ name }) => name).join(", ") || "nothing";
