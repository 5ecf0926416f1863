/** A conversation that has one of everything that Claude says and does, as the CLI tells of it. */
import { init, line, result, type Step } from "./scriptedRuntime";

const SESSION = "5f0c9f4e-6f0f-4a53-9a57-5f2f3a0f1c11";
/** The workspace's path in the sandbox. */
export const INSIDE = "/home/agent/workspace";

let count = 0;
const event = (inner: object): Step =>
  line({ type: "stream_event", session_id: SESSION, event: inner });
const begun = (id: string, block: object): Step[] => [
  event({ type: "message_start", message: { id } }),
  event({ type: "content_block_start", index: 0, content_block: block }),
];
const whole = (id: string, block: object, parent?: string): Step =>
  line({
    type: "assistant",
    session_id: SESSION,
    parent_tool_use_id: parent ?? null,
    message: { id, content: [block] },
  });

const says = (text: string): Step[] => {
  const id = `msg_${++count}`;
  return [
    ...begun(id, { type: "text", text: "" }),
    ...(text.match(/[^]{1,60}/g) ?? []).map((piece) =>
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } }),
    ),
    whole(id, { type: "text", text }),
    event({ type: "content_block_stop", index: 0 }),
  ];
};

const thinks = (thinking: string, ms: number): Step[] => {
  const id = `msg_${++count}`;
  return [
    ...begun(id, { type: "thinking", thinking: "" }),
    { sleep: ms },
    whole(id, { type: "thinking", thinking }),
    event({ type: "content_block_stop", index: 0 }),
  ];
};

interface Call {
  readonly tool: string;
  readonly input: object;
  /** What Claude is told of it; without, it still runs. */
  readonly output?: string;
  readonly failed?: boolean;
  readonly record?: unknown;
  readonly parent?: string;
  readonly ms?: number;
}

const toolId = (): string => `toolu_${++count}`;
const uses = ({ tool, input, parent }: Call, id = toolId()): Step =>
  whole(`msg_${++count}`, { type: "tool_use", id, name: tool, input }, parent);
const answers = ({ output, failed, record, parent }: Call, id: string): Step =>
  line({
    type: "user",
    session_id: SESSION,
    parent_tool_use_id: parent ?? null,
    message: {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: id, content: output, is_error: failed ?? false },
      ],
    },
    tool_use_result: record,
  });
const calls = (call: Call, id = toolId()): Step[] => [
  uses(call, id),
  ...(call.ms ? [{ sleep: call.ms }] : []),
  answers(call, id),
];

/** The files of the workspace as Claude leaves them. */
export const FILES = {
  "src/greet.ts": `import { upper } from "./text";

/** Says hello. */
export function greet(name: string, loud = false): string {
  const greeting = \`Hello, \${name}!\`;
  return loud ? upper(greeting) : greeting;
}
`,
  "src/text.ts": `export const upper = (text: string): string => text.toUpperCase();
`,
  "README.md": "# Sample\n",
  "other.py": "x = 1\n",
};

const PATCH = {
  filePath: `${INSIDE}/src/greet.ts`,
  structuredPatch: [
    {
      oldStart: 1,
      oldLines: 4,
      newStart: 1,
      newLines: 7,
      lines: [
        '+import { upper } from "./text";',
        "+",
        " /** Says hello. */",
        "-export function greet(name: string): string {",
        "-  return `Hello, ${name}!`;",
        "+export function greet(name: string, loud = false): string {",
        "+  const greeting = `Hello, ${name}!`;",
        "+  return loud ? upper(greeting) : greeting;",
        " }",
      ],
    },
  ],
};

export const CODE = `const first = greet("Ada");
if (first !== "Hello, Ada!") throw new Error(\`no: \${first}\`); // never
export const answer = 42;`;

const LONG = Array.from({ length: 60 }, (_, at) => `  line_${at} = ${at} * 2`).join("\n");

const MARKDOWN = `## How it works

The function in \`src/greet.ts:4\` takes **two arguments**, of which the second is *optional*; see [its tests](src/greet.ts#L5) and <https://example.com/docs>. It is called in src/nowhere.ts:3, which is ~~not~~ there.

| Call | Result | Loud |
| :--- | :----- | :--: |
| \`greet("Ada")\` | Hello, Ada! | no |
| \`greet("Ada", true)\` | HELLO, ADA! | yes |

1. First this
   - with a detail
   - and another
2. Then that

- [x] Written
- [ ] Tested

> A quote, with **emphasis**.

\`\`\`ts
${CODE}
\`\`\`

\`\`\`python
class Long:
    """More lines than one wants to see at once."""
${LONG}
\`\`\`
`;

const OUTPUT = `\u001b[1m\u001b[32m✓\u001b[0m greets \u001b[90m(2 ms)\u001b[0m
\u001b[31m✗ shouts\u001b[0m
  \u001b[33mexpected\u001b[0m \u001b[42mHELLO\u001b[0m at src/greet.ts:6:3
\u001b[36m1 passing\u001b[0m, \u001b[31;1m1 failing\u001b[0m`;

const todos = (...states: string[]): object => ({
  todos: ["Read the function", "Add the option", "Run the tests"].map((content, index) => ({
    content,
    activeForm: content,
    status: states[index],
  })),
});

const agent = toolId();

const used = result(SESSION, {
  duration_ms: 34_000,
  total_cost_usd: 0.0421,
  usage: {
    input_tokens: 1200,
    output_tokens: 1834,
    cache_read_input_tokens: 45_000,
    cache_creation_input_tokens: 800,
  },
});

/** Claude changes two files, and says so: a call of each tool. */
export const CHANGES: readonly Step[] = [
  init(SESSION),
  ...thinks("The user wants a second argument. I **read** the function first.", 2000),
  ...says("I will look at the function, and then change it."),
  ...calls({ tool: "TodoWrite", input: todos("in_progress", "pending", "pending"), output: "ok" }),
  ...calls({
    tool: "Read",
    input: { file_path: `${INSIDE}/src/greet.ts` },
    output: "1\t/** Says hello. */\n2\texport function greet(name: string): string {\n",
  }),
  ...calls({
    tool: "Grep",
    input: { pattern: "greet\\(", path: "src" },
    output: "src/greet.ts:4:export function greet(\nsrc/text.ts:1:export const upper",
  }),
  ...calls({ tool: "Glob", input: { pattern: "**/*.ts" }, output: "src/greet.ts\nsrc/text.ts" }),
  ...calls({
    tool: "Edit",
    input: { file_path: `${INSIDE}/src/greet.ts`, old_string: "a", new_string: "b" },
    output: "The file has been updated.",
    record: PATCH,
  }),
  ...calls({
    tool: "Write",
    input: { file_path: `${INSIDE}/src/text.ts`, content: FILES["src/text.ts"] },
    output: "File created.",
    record: {
      type: "create",
      filePath: `${INSIDE}/src/text.ts`,
      content: FILES["src/text.ts"],
      structuredPatch: [],
    },
  }),
  ...calls({
    tool: "TodoWrite",
    input: todos("completed", "completed", "in_progress"),
    output: "",
  }),
  ...calls({
    tool: "Bash",
    input: { command: "npm test -- --color", description: "Run the tests" },
    output: `Exit code 1\n${OUTPUT}`,
    failed: true,
    ms: 1900,
  }),
  uses(
    {
      tool: "Task",
      input: { description: "Find other callers", prompt: "Who calls greet?" },
    },
    agent,
  ),
  ...calls({
    tool: "Bash",
    input: { command: "git grep greet" },
    output: "src/greet.ts:4:greet",
    parent: agent,
  }),
  answers({ tool: "Task", input: {}, output: "Nobody **else** calls it." }, agent),
  ...calls({
    tool: "mcp__github__create_issue",
    input: { title: "Shouting fails", labels: ["bug"] },
    output: '{"number": 7}',
  }),
  ...calls({
    tool: "WebFetch",
    input: { url: "https://example.com/docs", prompt: "How is it called?" },
    output: "The user doesn't want to proceed with this tool use. It was rejected.",
    failed: true,
  }),
  ...says("The function takes a second argument now. One test still fails."),
  used,
];

/** Claude explains, in all of Markdown. */
export const EXPLAINS: readonly Step[] = [init(SESSION), ...says(MARKDOWN), used];

/** Claude runs two commands at once, which do not end. */
export const WAITS: readonly Step[] = [
  init(SESSION),
  uses({ tool: "Bash", input: { command: "sleep 60", description: "Wait" } }),
  uses({ tool: "Bash", input: { command: "sleep 61", description: "Wait too" } }),
  { hang: true },
];

/** What Claude does when it is asked for the first time, and for the second; the third does not end. */
export const SHOWCASE: readonly Step[] = [CHANGES, EXPLAINS, WAITS].flatMap((turn) => [
  { awaitPrompt: true },
  ...turn,
]);
