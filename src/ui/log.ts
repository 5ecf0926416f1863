import * as vscode from "vscode";
import type { Mask } from "../session/mask";
import { logEntry } from "../shared/plain";

/** How long a line may be, in UTF-16 units. What it is given may be longer: half of a secret is not found. */
const WRITTEN = 8192;

/** How many lines are kept for a report, and how long each may be there, in UTF-16 units. */
const KEPT = 200;
const LONGEST = 2000;

const LEVELS = {
  debug: vscode.LogLevel.Debug,
  info: vscode.LogLevel.Info,
  warn: vscode.LogLevel.Warning,
  error: vscode.LogLevel.Error,
};

/**
 * The extension's log. What goes into it is masked first, since people post logs. Nothing of what is
 * said in a conversation belongs in it, at any of its levels.
 */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("Sandbox Chat", { log: true });
  readonly #mask: Mask;
  readonly #lines: string[] = [];
  #written: Promise<void> = Promise.resolve();

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  /** `message` is not even made while the log has no such lines. */
  debug(message: () => string): void {
    if (this.#has("debug")) this.#write("debug", message());
  }

  info(message: string): void {
    if (this.#has("info")) this.#write("info", message);
  }

  warn(message: string): void {
    if (this.#has("warn")) this.#write("warn", message);
  }

  error(message: string): void {
    if (this.#has("error")) this.#write("error", message);
  }

  show(): void {
    this.#channel.show(true);
  }

  /** The last lines of this window, masked, once all of them are written. */
  async last(): Promise<readonly string[]> {
    await this.#written;
    return [...this.#lines];
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #has(level: keyof typeof LEVELS): boolean {
    const { logLevel } = this.#channel;
    return logLevel !== vscode.LogLevel.Off && logLevel <= LEVELS[level];
  }

  #write(level: keyof typeof LEVELS, message: string): void {
    const at = new Date().toISOString();
    this.#written = this.#written.then(async () => {
      try {
        const masked = logEntry((await this.#mask(message)).slice(0, WRITTEN));
        this.#channel[level](masked);
        this.#lines.push(`${at} [${level}] ${masked.slice(0, LONGEST)}`);
        if (this.#lines.length > KEPT) this.#lines.shift();
      } catch (error) {
        this.#channel.error(
          `A line of the log was left out, since it could not be masked: ${String(error)}`,
        );
      }
    });
  }
}
