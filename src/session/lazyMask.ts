import { createRequire } from "node:module";
import { t } from "@vscode/l10n";
import type { Mask } from "./mask";
import { MaskThread } from "./maskThread";

/**
 * A longer text is masked in a thread of its own, in UTF-16 units. A shorter one takes a few milliseconds
 * at the very most, and most take less than the way to another thread.
 */
const LONG = 16 * 1024;

/**
 * What a text may take, in milliseconds: far more than any does, on a machine that has much else to do.
 * It ends what a fault of ours in a pattern would make endless.
 */
const deadlineOf = (text: string): number => 10_000 + text.length / 100;

/**
 * The search for secrets is a bundle of its own, which the first text to be stored loads. In the place of
 * a text that cannot be masked it says so: what is around it is kept. Rejects where there is no such bundle.
 */
export function lazyMask(bundle: string, deadline = deadlineOf): Mask {
  let loaded: { readonly maskText: Mask } | undefined;
  const thread = new MaskThread(bundle, deadline);
  return async (text, field) => {
    loaded ??= createRequire(bundle)(bundle) as { maskText: Mask };
    const mask = text.length < LONG ? loaded.maskText : thread.mask;
    try {
      return await mask(text, field);
    } catch {
      return t("[not kept: could not be masked]");
    }
  };
}
