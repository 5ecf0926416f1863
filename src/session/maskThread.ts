import { Worker } from "node:worker_threads";
import type { Mask } from "./mask";

/** What a thread is started with that masks. */
export const MASK_THREAD = "mask";

export interface MaskRequest {
  readonly text: string;
  readonly field: string | undefined;
}

export type MaskReply = { readonly masked: string } | { readonly error: string };

/** Without work for so long, in milliseconds, the thread is ended, which gives its memory back. */
const IDLE = 60_000;

/** A thread that masks one text after another. It is started when one comes. */
export class MaskThread {
  #worker: Worker | undefined;
  #answer: (reply: MaskReply) => void = () => {};
  #before: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(
    /** The path of the bundle that it runs. */
    private readonly program: string,
    /** How long a text may take, in milliseconds. */
    private readonly deadline: (text: string) => number,
  ) {}

  /** Rejects when a text takes too long or breaks the thread; the next is for a new one. */
  readonly mask: Mask = (text, field) => {
    const asked = this.#before.then(() => this.#ask({ text, field }));
    this.#before = asked.catch(() => {});
    return asked;
  };

  async #ask(request: MaskRequest): Promise<string> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    const late = setTimeout(
      () => this.#end(worker, "It took too long."),
      this.deadline(request.text),
    );
    const reply = await new Promise<MaskReply>((resolve) => {
      this.#answer = resolve;
      worker.postMessage(request);
    });
    clearTimeout(late);
    worker.unref();
    this.#idle = setTimeout(() => this.#end(worker, "Nothing is asked of it."), IDLE).unref();
    if ("error" in reply) throw new Error(reply.error);
    return reply.masked;
  }

  #start(): Worker {
    // It is plain JavaScript, and not for whatever this process was told to load into itself.
    const worker = new Worker(this.program, { workerData: MASK_THREAD, execArgv: [] });
    worker.on("message", (reply: MaskReply) => this.#answer(reply));
    worker.on("error", (error) => this.#end(worker, error.message));
    worker.on("exit", () => this.#end(worker, "It has ended."));
    return worker;
  }

  #end(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#answer({ error: why });
    worker.terminate().catch(() => {});
  }
}
