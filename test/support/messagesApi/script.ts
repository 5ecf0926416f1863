/** The scripts in prompts; the language is described in ../messagesApi.ts. */
import { isPrompt, textOf, type ApiMessage } from "./request";

export interface Step {
  readonly kind: string;
  /** What follows the kind, whole. */
  readonly rest: string;
  /** The same, split at each colon. */
  readonly args: readonly string[];
  /** The same for every try of one step. */
  readonly key: string;
}

/** The step to play now: as many of the script's steps are behind us as the assistant answered. */
export function currentStep(messages: readonly ApiMessage[]): Step | undefined {
  for (const [index, message] of [...messages.entries()].reverse()) {
    const script = message.role === "assistant" ? undefined : scriptIn(textOf(message.content));
    // A prompt without a script ends the script of an earlier one that was interrupted.
    if (script === undefined && isPrompt(message)) return undefined;
    if (script === undefined) continue;
    const done = messages.slice(index).filter((later) => later.role === "assistant").length;
    const steps = script.split(/(?<![|\\])\|(?!\|)/);
    const step = steps[done]?.replaceAll("\\|", "|").trimStart();
    return step === undefined ? undefined : parseStep(step, `${index}:${done}:${script}`);
  }
  return undefined;
}

function parseStep(step: string, key: string): Step {
  const [, kind = "", rest = ""] = /^([^:]*):?(.*)$/s.exec(step) ?? [];
  const args = rest.trimEnd().split(":");
  return { kind: kind.trim(), rest: kind === "say" ? rest : rest.trimEnd(), args, key };
}

function scriptIn(text: string): string | undefined {
  const outer = [...text.matchAll(/\[\[([\s\S]*?)\]\]/g)].at(-1);
  const nested = [...text.matchAll(/\(\(\(([\s\S]*?)\)\)\)/g)].at(-1);
  return (outer ?? nested)?.[1];
}
