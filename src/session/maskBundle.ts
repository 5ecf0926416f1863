/**
 * The bundle dist/mask.js: the search for secrets, for whoever loads it, and, in a thread that is started
 * for that, the program that searches in what it is sent.
 */
import { parentPort, workerData } from "node:worker_threads";
import { MASK_THREAD, type MaskReply, type MaskRequest } from "./maskThread";
import { maskText } from "./secrets";

export { maskText };

if (workerData === MASK_THREAD)
  parentPort?.on("message", ({ text, field }: MaskRequest) => {
    maskText(text, field).then(
      (masked) => reply({ masked }),
      (error: unknown) => reply({ error: String(error) }),
    );
  });

const reply = (message: MaskReply): void => parentPort?.postMessage(message);
