/** What a page asks for that leaves its panel as it is: to open something, or to do it elsewhere. */
import { t } from "@vscode/l10n";
import type { ChatSession } from "../session/chatSession";
import { changeOf, type Change } from "../shared/diff";
import type { ChatRequest, Step } from "../shared/protocol";
import type { Conversation } from "../shared/thread";
import type { ChatFrame } from "./chatFrame";
import type { Diffs } from "./diffs";
import { type LastEditor, openCode, openFile } from "./editors";
import { openLink } from "./links";
import type { SentContext } from "./sentContext";

export interface PageServices {
  /** The workspace's path in the sandbox; undefined where no folder is open. */
  readonly sandboxWorkspace: () => string | undefined;
  readonly editors: LastEditor;
  readonly diffs: Diffs;
  readonly sentContext: SentContext;
  readonly takeStep: (step: Step) => void;
  readonly log: { warn(message: string): void };
}

/** All but those that change what the panel shows, which it answers itself. */
export type PageRequest = Exclude<
  ChatRequest,
  { name: "ready" | "focused" | "found" | "send" | "draft" | "openThread" | "newThread" }
>;

/** Does what a page asks for about the thread on show. Rejects, in a sentence for people. */
export async function answerPage(
  request: PageRequest,
  session: ChatSession,
  frame: ChatFrame,
  { sandboxWorkspace, editors, diffs, sentContext, takeStep, log }: PageServices,
): Promise<string | null> {
  switch (request.name) {
    case "stop":
      if (request.params.thread === session.id) session.stop();
      return null;
    case "output": {
      const { thread, message, part } = request.params;
      if (thread !== session.id) throw new Error(t("Another thread was opened meanwhile."));
      return session.output(message, part);
    }
    case "takeStep":
      takeStep(request.params.step);
      return null;
    case "openLink":
      await openLink(request.params.url, request.params.text);
      return null;
    case "openFile":
      await openFile(request.params, sandboxWorkspace(), frame);
      return null;
    case "openDiff": {
      const { thread, message, tools } = request.params;
      if (thread !== session.id) return null;
      const changes = changesIn(session.view().conversation, message, tools);
      await diffs.open(changes, sandboxWorkspace(), frame);
      return null;
    }
    case "openContext": {
      const { thread, message } = request.params;
      if (thread === session.id) await sentContext.open(thread, message, frame);
      return null;
    }
    case "insertCode":
      await editors.insert(request.params.text);
      return null;
    case "openCode":
      await openCode(request.params.text, request.params.language, frame);
      return null;
    case "report":
      log.warn(`The panel reports: ${request.params.message}`);
      return null;
  }
}

/** What some tool calls of a message have changed, in their order. */
const changesIn = (
  { messages }: Conversation,
  message: string,
  tools: readonly string[],
): readonly Change[] =>
  (messages.find(({ id }) => id === message)?.parts ?? []).flatMap((part) =>
    part.type === "dynamic-tool" && tools.includes(part.id) ? (changeOf(part) ?? []) : [],
  );
