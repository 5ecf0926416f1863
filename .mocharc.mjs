import path from "node:path";

// Tests are TypeScript, run by tsx, which has to know whose JSX it is.
process.env.TSX_TSCONFIG_PATH = path.join(import.meta.dirname, "test/support/tsx.json");

export default {
  "node-option": ["import=tsx"],
  reporter: "test/support/reporter.ts",
  timeout: 20_000,
  // VS Code and Chromium are not ours: where all must pass, what failed is tried once more, and named
  // in the end. Whoever works on it sees it fail.
  retries: process.env.CI ? 1 : 0,
  // What a test has left running must not keep the others from being counted.
  exit: true,
};
