import assert from "node:assert/strict";
import { computed, signal, type Signal } from "@preact/signals";
import type { Message, Part } from "../../../src/shared/thread";
import { Find } from "../../../webview/find/find";
import { countIn, patternOf } from "../../../webview/find/pattern";
import { ERROR, TASKS, textsOf } from "../../../webview/find/texts";
import { message } from "./fakeHost";

const text = (id: string, said: string): Part => ({ id, type: "text", text: said });
const tool = (id: string, over: object): Part => ({
  id,
  type: "dynamic-tool",
  toolCallId: id,
  toolName: "Bash",
  state: "output-available",
  input: { command: "ls" },
  output: "",
  ...over,
});

/** How often each part has a query, where it does. */
function counts(parts: readonly Part[], query: string, over: Partial<Message> = {}) {
  const pattern = patternOf(query);
  assert.ok(pattern);
  return Object.fromEntries(
    textsOf(
      message("m1", "", { parts, ...over }),
      [{ id: "1", title: "A task", state: "open" }],
      "/w",
    )
      .map(({ part, text }) => [part, countIn(text, pattern)] as const)
      .filter(([, count]) => count > 0),
  );
}

describe("finding in a thread", () => {
  describe("what a query matches", () => {
    const count = (query: string, inText: string) => {
      const pattern = patternOf(query);
      return pattern ? countIn(inText, pattern) : undefined;
    };

    it("is its characters in any case", () => {
      assert.equal(count("héllo", "HÉLLO, Héllo"), 2);
      assert.equal(count("a.b(c)*[d]\\^$|?+{1}/", "a.b(c)*[d]\\^$|?+{1}/ axb"), 1);
      assert.equal(count("🚀", "🚀🚀"), 2);
    });

    it("has white space where the text has any", () => {
      assert.equal(count(" two  words ", "two words, two\nwords, twowords"), 2);
    });

    it("is nothing without a character", () => {
      assert.equal(patternOf(""), null);
      assert.equal(patternOf(" \t"), null);
    });
  });

  describe("what a message shows", () => {
    it("is Markdown as it is read, over marks but not over blocks", () => {
      const said =
        "One **bold** word.\n\nNext [link](https://hidden.example)\n\n```ts\nconst x = 1;\n```";
      assert.deepEqual(counts([text("t", said)], "one bold word"), { t: 1 });
      assert.deepEqual(counts([text("t", said)], "**"), {});
      assert.deepEqual(counts([text("t", said)], "hidden.example"), {});
      assert.deepEqual(counts([text("t", said)], "word. next"), {});
      assert.deepEqual(counts([text("t", said)], "const x"), { t: 1 });
    });

    it("is what tools were given and put out, without the terminal's marks", () => {
      const bash = tool("b", {
        input: { command: "make it" },
        output: "\u001b[31mred\u001b[0m hot",
      });
      assert.deepEqual(counts([bash], "make"), { b: 1 });
      assert.deepEqual(counts([bash], "red hot"), { b: 1 });
      const failed = tool("f", { state: "output-error", errorText: "Exit code 1\nno such file" });
      assert.deepEqual(counts([failed], "no such"), { f: 1 });
      assert.deepEqual(counts([failed], "exit code"), {});
      const edit = tool("e", {
        toolName: "Edit",
        input: { file_path: "/w/a.ts", old_string: "old line", new_string: "new line" },
      });
      assert.deepEqual(counts([edit], "line"), { e: 2 });
      assert.deepEqual(counts([edit], "a.ts"), { e: 1 });
      assert.deepEqual(counts([edit], "/w/a.ts"), {});
    });

    it("has thoughts, tasks, errors and what a subagent did", () => {
      const parts: Part[] = [
        { id: "r", type: "reasoning", text: "I *think* so" },
        tool("todo", { toolName: "TodoWrite", input: { todos: [] } }),
        tool("agent", { toolName: "Task", input: { prompt: "find it" }, output: "it is **here**" }),
        { ...tool("inner", { input: { command: "grep it" } }), parent: "agent" },
      ];
      assert.deepEqual(counts(parts, "think so"), { r: 1 });
      assert.deepEqual(counts(parts, "a task"), { [TASKS]: 1 });
      assert.deepEqual(counts(parts, "it"), { agent: 2, inner: 1 });
      const error = { code: "claude" as const, message: "It broke.", detail: "stack" };
      assert.deepEqual(counts(parts, "stack", { error, status: "failed" }), { [ERROR]: 1 });
      const pattern = textsOf(message("m1", "", { parts }), [], "").find(
        (one) => one.part === "inner",
      );
      assert.deepEqual(pattern?.within, ["agent"]);
    });

    it("is a user's text as it was written", () => {
      assert.deepEqual(counts([text("t", "**not** bold")], "**not**", { role: "user" }), { "": 1 });
    });
  });

  describe("the search", () => {
    let all: Signal<readonly Signal<Message>[]>;
    let find: Find;
    const use = (...texts: readonly string[]) => {
      all = signal(texts.map((said, index) => signal(message(`m${index}`, said))));
      find = new Find(
        computed(() => all.value),
        () => "",
      );
    };
    const at = () => {
      const match = find.current.peek();
      return match && `${match.message} ${match.ordinal + 1}/${match.count}`;
    };

    it("counts, and goes round", async () => {
      use("cat cat", "dog", "a Cat");
      await find.look("cat", undefined);
      assert.equal(find.count.peek(), 3);
      const seen = [];
      for (let step = 0; step < 4; step++) {
        seen.push(`${find.number.peek()}: ${at()}`);
        find.go(1);
      }
      assert.deepEqual(seen, ["1: m0 1/2", "2: m0 2/2", "3: m2 1/1", "1: m0 1/2"]);
      find.go(-2);
      assert.equal(at(), "m2 1/1");
    });

    it("begins where its reader is, and from the beginning where nothing follows", async () => {
      use("cat", "dog", "cat", "bird");
      await find.look("cat", "m1");
      assert.equal(at(), "m2 1/1");
      await find.look("cat", "m3");
      assert.equal(at(), "m0 1/1");
    });

    it("begins there although it looks again before it has looked at all", async () => {
      use(...Array.from({ length: 2000 }, () => `cat ${"dog ".repeat(200)}`));
      const looking = find.look("cat", "m1990");
      await find.again();
      await looking;
      assert.equal(find.number.peek(), 1991);
    });

    it("has the same match when it looks again, so that who is on the way there arrives", async () => {
      use("cat", "cat cat");
      await find.look("cat", "m1");
      const found = find.current.peek();
      await find.again();
      assert.equal(find.current.peek(), found);
      all.value = [...all.peek(), signal(message("m2", "cat"))];
      await find.again();
      assert.equal(find.current.peek(), found);
      find.go(1);
      assert.notEqual(find.current.peek(), found);
    });

    it("finds nothing, and goes nowhere then", async () => {
      use("cat");
      await find.look("dog", undefined);
      find.go(1);
      assert.deepEqual([find.count.peek(), find.number.peek(), at()], [0, 0, null]);
    });

    it("stays at its match while messages come and change", async () => {
      use("cat", "cat cat");
      await find.look("cat", "m1");
      find.go(1);
      assert.equal(at(), "m1 2/2");
      const [first, second] = all.peek();
      assert.ok(first && second);
      first.value = message("m0", "cat cat cat");
      all.value = [first, second, signal(message("m2", "cat"))];
      await find.again();
      assert.deepEqual([at(), find.number.peek(), find.count.peek()], ["m1 2/2", 5, 6]);
      second.value = message("m1", "dog");
      await find.again();
      assert.equal(find.count.peek(), 4);
      assert.ok(at());
    });

    it("searches long threads in turns, of which a newer search ends an older one", async () => {
      use(
        ...Array.from(
          { length: 400 },
          (_, at) => `${"word ".repeat(2000)} ${at % 2 ? "cat" : "dog"}`,
        ),
      );
      let others = 0;
      const other = setInterval(() => others++, 0);
      const first = find.look("cat", undefined);
      await Promise.all([first, find.look("dog", undefined)]);
      clearInterval(other);
      assert.ok(others > 0, "others have their turns meanwhile");
      assert.equal(find.count.peek(), 200);
      assert.equal(find.current.peek()?.message, "m0");
    });

    it("forgets everything when it is closed, also what is still under way", async () => {
      use(...Array.from({ length: 200 }, () => `${"word ".repeat(2000)} cat`));
      const look = find.look("cat", undefined);
      find.close();
      await look;
      assert.equal(find.count.peek(), 0);
      assert.equal(find.pattern.peek(), null);
    });
  });
});
