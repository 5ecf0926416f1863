import path from "node:path";

// Tests are TypeScript, run by tsx, which has to know whose JSX it is.
process.env.TSX_TSCONFIG_PATH = path.join(import.meta.dirname, "test/support/tsx.json");

export default {
  // Timers that stand still are experimental in Node 20.
  "node-option": ["import=tsx", "disable-warning=ExperimentalWarning"],
  reporter: "test/support/reporter.ts",
  // A limit, not a promise: the machine may do much else.
  timeout: 300_000,
  // What a test has left running must not keep the others from being counted.
  exit: true,
};
