import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../state";

export const ChatContext = createContext<Chat | null>(null);

/** The chat that the panel shows. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  // eslint-disable-next-line no-restricted-syntax -- Only a mistake of ours leads here.
  if (!chat) throw new Error("There is no chat around this component.");
  return chat;
}
