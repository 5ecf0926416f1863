import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { collect, startProcess } from "../sandbox/childProcess";
import { findProgram } from "../sandbox/findProgram";
import type { Mask } from "../session/mask";
import { fence } from "../shared/fence";
import type { SandboxState } from "../shared/protocol";
import type { Log } from "./log";
import { settings } from "./settings";

export interface ReportServices {
  readonly extension: vscode.Extension<unknown>;
  /** The sandbox as of the last look. */
  readonly sandboxState: () => SandboxState;
  readonly mask: Mask;
  readonly log: Log;
}

interface Manifest {
  readonly version: string;
  /** Where issues go. VS Code's reporter can do nothing without. */
  readonly bugs?: unknown;
}

/** How long a client may take to say its version, in milliseconds. */
const VERSION = 5000;

const REPORTER = "workbench.action.openIssueReporter";

/**
 * Opens VS Code's issue reporter with what is good to know, or a document with that to copy, where this
 * VS Code has no reporter or the extension no address for issues. Nothing is sent by it.
 */
export async function reportIssue(services: ReportServices): Promise<void> {
  const { bugs } = services.extension.packageJSON as Manifest;
  const facts = await report(services);
  const reporter = (await vscode.commands.getCommands(true)).includes(REPORTER);
  if (reporter && bugs !== undefined) {
    await vscode.commands.executeCommand(REPORTER, {
      extensionId: services.extension.id,
      data: facts,
    });
    return;
  }
  const content = `${t("Nothing of this was sent. Read it, add what you did and what happened, and send it to who helps you.")}\n\n${facts}`;
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document);
}

/** Versions, settings and the end of the log, as Markdown in English, since others read it. */
async function report({ extension, sandboxState, mask, log }: ReportServices): Promise<string> {
  const { version } = extension.packageJSON as Manifest;
  const sandbox = sandboxState();
  const facts: readonly [what: string, is: string][] = [
    ["Sandbox Chat", version],
    ["VS Code", `${vscode.version} (${vscode.env.appHost})`],
    ["Remote", vscode.env.remoteName ?? "none"],
    ["System", `${process.platform} ${process.arch}, Node ${process.versions.node}`],
    ["Docker client", await clientVersion(settings.sandbox().dockerPath, mask)],
    ["Runtime", `${sandbox.runtime ?? "none"}${sandbox.auto ? ", chosen by “auto”" : ""}`],
    ["Sandbox", sandbox.state],
    ["Claude Code", (sandbox.state === "ready" && sandbox.version) || "not known"],
  ];
  const text = [
    ...facts.map(([what, is]) => `- ${what}: ${is}`),
    ...(sandbox.state === "offline" ? [`- Problem: ${sandbox.message}`] : []),
    "\n## Settings that differ from their defaults\n",
    fence(JSON.stringify(settings.changed(), null, 2), "json"),
    "\n## The end of the log\n",
    fence((await log.last()).join("\n"), "text"),
  ].join("\n");
  return `${await mask(text)}\n`;
}

async function clientVersion(program: string, mask: Mask): Promise<string> {
  const path = findProgram(program, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath) ?? "";
  const { stdout, failure } = await collect(startProcess([path, "--version"]), VERSION);
  return (
    (await mask(stdout)).trim().split("\n")[0]?.slice(0, 100) || (failure?.code ?? "does not say")
  );
}
