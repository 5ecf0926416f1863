/** The folders that the tests use. What is under `cache` is worth keeping, what is under `out` is not. */
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
export const cache = path.join(root, "test/.cache");
export const out = path.join(root, "test/.out");
