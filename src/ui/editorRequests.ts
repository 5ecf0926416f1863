/** What a page asks to have opened in VS Code. */
import type { ChatSession } from "../session/chatSession";
import { changeOf, type Change } from "../shared/diff";
import type { ChatRequest } from "../shared/protocol";
import type { Conversation } from "../shared/thread";
import type { ChatFrame } from "./chatFrame";
import type { Diffs } from "./diffs";
import { type LastEditor, openCode, openFile } from "./editors";
import { openLink } from "./links";
import type { HostFiles } from "./hostFiles";
import type { SentContext } from "./sentContext";

export interface EditorServices {
  /** The workspace's path in the sandbox; undefined where no folder is open. */
  readonly sandboxWorkspace: () => string | undefined;
  readonly editors: LastEditor;
  readonly diffs: Diffs;
  readonly sentContext: SentContext;
  readonly hostFiles: HostFiles;
}

export type EditorRequest = Extract<
  ChatRequest,
  {
    name:
      "openLink" | "openFile" | "openDiff" | "openContext" | "hostFile" | "insertCode" | "openCode";
  }
>;

/** Opens what a page asks for about the thread on show. Rejects, in a sentence for people. */
export async function openInEditor(
  request: EditorRequest,
  session: ChatSession,
  frame: ChatFrame,
  { sandboxWorkspace, editors, diffs, sentContext, hostFiles }: EditorServices,
): Promise<void> {
  switch (request.name) {
    case "openLink":
      return openLink(request.params.url, request.params.text);
    case "openFile":
      return openFile(request.params, sandboxWorkspace(), frame);
    case "openDiff": {
      const { thread, message, tools } = request.params;
      if (thread !== session.id) return;
      const changes = changesIn(session.view().conversation, message, tools);
      return diffs.open(changes, sandboxWorkspace(), frame);
    }
    case "openContext": {
      const { thread, message } = request.params;
      if (thread === session.id) await sentContext.open(thread, message, frame);
      return;
    }
    case "hostFile": {
      const { thread, message, path, action } = request.params;
      if (thread === session.id) await hostFiles.act(session, message, path, action, frame);
      return;
    }
    case "insertCode":
      return editors.insert(request.params.text);
    case "openCode":
      return openCode(request.params.text, request.params.language, frame);
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
