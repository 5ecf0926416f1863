import type { Masked } from "../../src/shared/masked";

/** What a test has made without a secret, for what takes only what is masked. */
export const harmless = <Value>(value: Value): Masked<Value> => value as Masked<Value>;
