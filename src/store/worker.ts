/** The worker thread that the database lives in, so that its work never stalls the editor. */
import { parentPort, workerData } from "node:worker_threads";
import { t } from "@vscode/l10n";
import { speak } from "../shared/language";
import { Link } from "../shared/link";
import { SqlThreadStore } from "./sqlThreadStore";
import { watchFolder } from "./watchFolder";
import type { StoreCalls, StoreEvents, WorkerData } from "./workerThreadStore";

/** How soon after a change on the disk it is read, in milliseconds. */
const LOOK_WITHIN = 50;

// eslint-disable-next-line no-restricted-syntax -- Only a mistake of ours leads here.
if (!parentPort) throw new Error("This is a worker thread’s program.");
const port = parentPort;
const { folder, wasm, language } = workerData as WorkerData;
speak(language);

const store = SqlThreadStore.open({
  folder,
  wasm,
  onProblem: (problem) => link.tell("problem", problem),
  onForeign: (thread, events) => link.tell("foreign", { thread, events }),
  onReadOnly: (why) => link.tell("readOnly", why),
});
// A store that cannot be opened says so to each who asks.
store.then(follow, () => {});

const link: Link<Record<string, never>, StoreEvents> = new Link(
  {
    post: (message) => port.postMessage(message),
    listen: (listener) => {
      port.on("message", listener);
      return () => port.off("message", listener);
    },
  },
  {
    request: (name, params) => answer(name as keyof StoreCalls, params as never),
  },
);

/** Looks at what other windows commit when the folder says that something was written. */
function follow(opened: SqlThreadStore): void {
  let soon: NodeJS.Timeout | undefined;
  const look = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      try {
        opened.poll();
      } catch (error) {
        link.tell("problem", t("What other windows wrote could not be read: {0}", String(error)));
      }
    }, LOOK_WITHIN);
  };
  watchFolder(folder, look);
}

async function answer(
  name: keyof StoreCalls,
  params: StoreCalls["append"]["params"] &
    StoreCalls["output"]["params"] &
    StoreCalls["saveDraft"]["params"] &
    StoreCalls["search"]["params"] &
    StoreCalls["claim"]["params"],
): Promise<unknown> {
  const opened = await store;
  switch (name) {
    case "list":
      return opened.list();
    case "trash":
      return opened.trash();
    case "summary":
      return opened.summary(params.thread);
    case "load":
      return opened.load(params.thread);
    case "output":
      return opened.output(params.thread, params.message, params.part);
    case "search":
      return opened.search(params.text, params.limit);
    case "append":
      return opened.append(
        params.thread,
        params.expected,
        params.events,
        params.commit,
        params.sendsDraft,
      );
    case "drafts":
      return opened.drafts();
    case "saveDraft":
      return opened.saveDraft(params);
    case "claim":
      return opened.claim(params.thread, params.milliseconds);
    case "release":
      return opened.release(params.thread);
    case "close":
      await opened.close();
      // Ends the worker once the answer is out.
      setImmediate(() => port.close());
      return undefined;
  }
}
