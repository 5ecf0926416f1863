import * as vscode from "vscode";
import type { Mask } from "../session/mask";

/** The extension's log. What goes into it is masked first, since people post logs. */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("Sandbox Chat", { log: true });
  readonly #mask: Mask;
  #written: Promise<void> = Promise.resolve();

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  info(message: string): void {
    this.#write("info", message);
  }

  warn(message: string): void {
    this.#write("warn", message);
  }

  error(message: string): void {
    this.#write("error", message);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #write(level: "info" | "warn" | "error", message: string): void {
    this.#written = this.#written.then(async () => {
      try {
        this.#channel[level](await this.#mask(message));
      } catch (error) {
        this.#channel.error(
          `A line of the log was left out, since it could not be masked: ${String(error)}`,
        );
      }
    });
  }
}
