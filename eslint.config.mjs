import js from "@eslint/js";
import ts from "typescript-eslint";

/** Which folders of src/ each folder may import from; VS Code belongs to ui/ and extension.ts alone. */
const LAYERS = {
  "src/shared": [],
  "src/sandbox": ["shared"],
  "src/claude": ["shared", "sandbox"],
  "src/store": ["shared"],
  "src/session": ["shared", "claude", "sandbox", "store"],
  webview: ["shared"],
};
const FOLDERS = ["shared", "claude", "sandbox", "store", "session", "ui"];

const layers = Object.entries(LAYERS).map(([folder, allowed]) => ({
  files: [`${folder}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        paths: [{ name: "vscode", message: "Only src/ui and src/extension.ts know VS Code." }],
        patterns: [
          {
            group: FOLDERS.filter(
              (other) => !allowed.includes(other) && !folder.endsWith(other),
            ).map((other) => `**/${other}/**`),
            message: `${folder} may import from: ${allowed.join(", ") || "nothing of ours"}.`,
          },
          ...(folder === "src/shared" || folder === "webview"
            ? [{ group: ["node:*"], message: "There is no Node where this runs." }]
            : []),
        ],
      },
    ],
  },
}));

export default ts.config(
  { ignores: ["dist/", "node_modules/", "test/.cache/", "test/.out/", "test/**/node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      "@typescript-eslint/no-empty-function": "off",
      // A class or a field of an event is no promise: the handlers of events may well be asynchronous.
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        Buffer: "readonly",
      },
    },
  },
  ...layers,
);
