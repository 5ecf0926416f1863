import { createRequire } from "node:module";
import type { Mask } from "./mask";

/** The search for secrets is a bundle of its own, which the first text to be stored loads. */
export function lazyMask(bundle: string): Mask {
  let loaded: { maskText: Mask } | undefined;
  return (text, field) => {
    loaded ??= createRequire(bundle)(bundle) as { maskText: Mask };
    return loaded.maskText(text, field);
  };
}
