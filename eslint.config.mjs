import js from "@eslint/js";
import ts from "typescript-eslint";

/** Which folders of src/ each folder may import from; VS Code belongs to ui/ and extension.ts alone. */
const LAYERS = {
  "src/shared": [],
  "src/sandbox": ["shared"],
  "src/claude": ["shared", "sandbox"],
  "src/store": ["shared"],
  "src/workspace": ["shared"],
  "src/session": ["shared", "workspace", "claude", "sandbox", "store"],
  webview: ["shared"],
};
const FOLDERS = ["shared", "workspace", "claude", "sandbox", "store", "session", "ui"];

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

/** Words in a string or a template that are no name, and that `t` of `@vscode/l10n` does not translate. */
const WORDS = "[value=/\\p{L}{2}/u]:not([value=/^(Claude|Sandbox Chat)$/])";
const BARE = `:matches(Literal${WORDS}:not(BinaryExpression > *), TemplateLiteral:has(TemplateElement[value.raw=/\\p{L}{2}/u]))`;

/** Forbids bare words in these places, also where one of two is chosen. */
const noBareWords = (...places) => [
  "error",
  ...places.flatMap((place) =>
    [place, `${place} > :matches(ConditionalExpression, LogicalExpression)`].map((parent) => ({
      selector: `${parent} > ${BARE}`,
      message: "People read this: translate it with t of @vscode/l10n.",
    })),
  ),
];

const ATTRIBUTES =
  ":matches(JSXAttribute[name.name=/^(aria-label|aria-description|title|placeholder|alt|text)$/], JSXOpeningElement[name.name=/^(Disclosure|IconButton)$/] > JSXAttribute[name.name='name'])";

/** What becomes an error's sentence, a refusal, or the label of a button. */
const SENTENCES = [
  "NewExpression[callee.name=/Error$/]",
  "CallExpression[callee.name=/^(refused?|told|tell|fail)$/]",
  "CallExpression[callee.name='onProblem']",
  "CallExpression[callee.property.name=/^(onProblem|say)$/]",
  "Property[key.name=/^(message|label|refused)$/]",
];

/** A call has no more than some 120,000 arguments, and an array may well have. */
const SPREAD = {
  selector:
    ":matches(CallExpression, NewExpression) > SpreadElement:not([argument.type='ArrayExpression'])",
  message: "An array may have more items than a call can have arguments: loop, or join arrays.",
};

const restrictions = [
  {
    files: ["webview/**"],
    rules: {
      "no-restricted-syntax": [
        ...noBareWords(
          ":matches(JSXElement, JSXFragment) > JSXExpressionContainer",
          ATTRIBUTES,
          `${ATTRIBUTES} > JSXExpressionContainer`,
          ...SENTENCES,
        ),
        { selector: `JSXText${WORDS}`, message: "People read this: translate it with t." },
        SPREAD,
      ],
    },
  },
  {
    files: ["src/**"],
    rules: {
      "no-restricted-syntax": [
        ...noBareWords(
          "CallExpression[callee.property.name=/^show(Information|Warning|Error)Message$/]",
          "Property[key.name=/^(title|placeHolder|prompt|description|detail|tooltip)$/]",
          "AssignmentExpression[left.property.name=/^(title|placeholder|prompt|label|description|tooltip)$/]",
          ...SENTENCES,
        ),
        SPREAD,
      ],
    },
  },
];

/** Whatever rejects where nobody waits ends in a silence, so each says who hears of it. */
const promises = {
  files: ["src/**"],
  rules: { "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: false }] },
};

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
  promises,
  ...layers,
  ...restrictions,
);
