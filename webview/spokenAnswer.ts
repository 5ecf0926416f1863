import { t } from "@vscode/l10n";
import type { Message } from "../src/shared/thread";
import type { Announcer } from "./announcer";
import { Speech } from "./speech";

/** A screen reader is told this often of an answer that grows, in milliseconds: no frame should wait for it. */
const SPEAK_MS = 250;

/** Has a screen reader say the last answer of the thread on show, while it grows and when it ends. */
export class SpokenAnswer {
  readonly #announcer: Announcer;
  #speech = new Speech([]);
  #messages: readonly Message[] = [];
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(announcer: Announcer) {
    this.#announcer = announcer;
  }

  /** Another thread is on show. What is in it already is not said. */
  begin(messages: readonly Message[]): void {
    this.#messages = messages;
    this.#speech = new Speech(messages);
  }

  /** Says what is new in the last answer, soon or, when that has just begun or ended, at once. */
  follow(messages: readonly Message[]): void {
    const before = this.#messages;
    this.#messages = messages;
    const answer = this.#lastAnswer();
    const status = before.findLast(({ id }) => id === answer?.id)?.status;
    if (!answer || status === answer.status) {
      this.#soon ??= setTimeout(() => this.#saySentences(), SPEAK_MS);
      return;
    }
    this.#saySentences();
    // A failure is an alert, which speaks for itself.
    if (answer.status === "stopped") this.#announcer.say(t("Claude was stopped."));
    if (answer.status === "complete") this.#announcer.say(t("Claude is done."));
  }

  #saySentences(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const answer = this.#lastAnswer();
    if (answer) this.#announcer.sayAll(this.#speech.next(answer));
  }

  #lastAnswer(): Message | undefined {
    return this.#messages.findLast(({ role }) => role === "assistant");
  }
}
