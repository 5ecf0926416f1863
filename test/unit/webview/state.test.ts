import assert from "node:assert/strict";
import type { ChatView } from "../../../src/shared/protocol";
import { textOf, type Part, type ThreadEvent } from "../../../src/shared/thread";
import type { Chat } from "../../../webview/state";
import { FakeHost, message, settled, thread, view } from "./fakeHost";

const grew = (text: string): ThreadEvent => ({
  type: "partGrew",
  message: "m2",
  part: "p1",
  text,
});

const TALK = view([
  message("m1", "hello", { role: "user" }),
  message("m2", "hi", { status: "streaming" }),
]);
const OTHER = view([message("n1", "elsewhere")], {
  conversation: { thread: thread({ id: "t2", title: "Another" }), messages: [] },
  revision: 3,
});

const texts = (chat: Chat): string[] => chat.messages.peek().map((one) => textOf(one.peek()));

async function started(first: ChatView = TALK, saved?: unknown): Promise<FakeHost> {
  const host = new FakeHost(first, saved);
  await host.chat.start();
  return host;
}

describe("webview state", () => {
  describe("the whole", () => {
    it("asks for what it is to show, and shows what the host answers", async () => {
      const host = await started();
      assert.deepEqual(host.asked, [["ready", {}]]);
      assert.deepEqual(texts(host.chat), ["hello", "hi"]);
      assert.equal(host.chat.thread.value?.title, "A thread");
      assert.equal(host.chat.sandbox.value.label, "Demo");
    });

    it("says that threads can only be read, from the beginning or from then on", async () => {
      const host = await started();
      assert.equal(host.chat.readOnly.value, null);
      await host.tell("readOnly", "A newer version.");
      assert.equal(host.chat.readOnly.value, "A newer version.");
      const other = await started({ ...TALK, readOnly: "Newer." });
      assert.equal(other.chat.readOnly.value, "Newer.");
    });

    it("says that the file of the thread on show is not there, until it is", async () => {
      const host = await started({ ...TALK, fileMissing: true });
      assert.equal(host.chat.fileMissing.value, true);
      await host.tell("fileMissing", { thread: "t1", missing: false });
      assert.equal(host.chat.fileMissing.value, false);
      await host.tell("fileMissing", { thread: "t2", missing: true });
      assert.equal(host.chat.fileMissing.value, false, "that is another thread’s file");
      await host.tell("fileMissing", { thread: "t1", missing: true });
      await host.tell("show", OTHER);
      assert.equal(host.chat.fileMissing.value, false);
    });

    it("knows with which messages Claude was told more, and asks to see it", async () => {
      const host = await started(
        view([
          { ...message("c1", "About a.ts", { role: "system", visibility: "hidden" }), seq: 0 },
          { ...message("m1", "hello", { role: "user" }), seq: 1 },
          { ...message("m2", "hi"), seq: 2 },
          { ...message("m3", "more", { role: "user" }), seq: 3 },
        ]),
      );
      const shown = host.chat.messages.peek().map((one) => host.chat.hasContext(one.peek()));
      assert.deepEqual(shown, [true, false, false]);
      host.chat.openContext("m1");
      await settled();
      assert.deepEqual(host.asked.at(-1), ["openContext", { thread: "t1", message: "m1" }]);
    });

    describe("of a long thread", () => {
      const ALL = ["m1", "m2", "m3", "m4"].map((id, seq) =>
        message(id, `text ${id}`, { seq, ...(id === "m1" && { visibility: "hidden" }) }),
      );
      const WHOLE = view(ALL);
      const END: ChatView = { ...view(ALL.slice(2)), earlier: 2 };
      /** A host that has the whole ready only when the test says so. */
      const longHost = (saved?: unknown) => {
        let tell: (whole: ChatView) => void = () => {};
        const whole = new Promise<ChatView>((resolve) => (tell = resolve));
        const host = new FakeHost(END, saved);
        host.answers.ready = (asked: { whole?: boolean }) => (asked.whole ? whole : END);
        return { host, tell };
      };

      it("shows the end while the whole is on its way", async () => {
        const { host, tell } = longHost();
        const started = host.chat.start();
        await settled();
        assert.deepEqual(texts(host.chat), ["text m3", "text m4"]);
        const [m3] = host.chat.messages.peek();
        tell(WHOLE);
        await started;
        assert.deepEqual(texts(host.chat), ["text m2", "text m3", "text m4"]);
        assert.equal(host.chat.messages.peek()[1], m3, "what is there is followed as before");
        assert.deepEqual(host.asked, [
          ["ready", {}],
          ["ready", { whole: true }],
        ]);
      });

      it("counts what is not there yet", async () => {
        const { host } = longHost();
        const told = [message("m3", "context", { visibility: "hidden" }), message("m4", "text")];
        await host.tell("show", { ...view(told), earlier: 2 });
        assert.equal(host.chat.hasContext(message("m4", "text", { seq: 3 })), true);
        host.chat.write("more");
        await host.chat.send();
        assert.deepEqual(host.asked.at(-1), ["send", { thread: "t1", text: "more", seen: 4 }]);
      });

      it("folds what comes meanwhile into the end, and asks again if the whole is older", async () => {
        const { host, tell } = longHost();
        const started = host.chat.start();
        await settled();
        const events: ThreadEvent[] = [
          { type: "partGrew", message: "m4", part: "p1", text: ", more" },
        ];
        await host.tell("changed", { thread: "t1", revision: 11, events });
        assert.deepEqual(texts(host.chat), ["text m3", "text m4, more"]);
        const newer = {
          ...view([...ALL.slice(0, 3), message("m4", "text m4, more")]),
          revision: 11,
        };
        host.answers.ready = () => newer;
        tell(WHOLE);
        await started;
        assert.deepEqual(texts(host.chat), ["text m2", "text m3", "text m4, more"]);
      });

      it("waits for the whole where its reader was further up", async () => {
        const place = { message: "m2", offset: 3 };
        const { host, tell } = longHost({ thread: "t1", places: { t1: place } });
        const started = host.chat.start();
        await settled();
        assert.equal(host.chat.thread.value, null);
        tell(WHOLE);
        await started;
        assert.deepEqual(texts(host.chat), ["text m2", "text m3", "text m4"]);
      });

      it("keeps the whole that is on show, and looks for a message in it", async () => {
        const host = await started(WHOLE);
        const shown = host.chat.messages.peek();
        host.answers.ready = () => new Promise(() => {});
        await host.tell("show", END);
        await host.tell("show", { ...END, message: "m2" });
        assert.equal(host.chat.messages.peek(), shown);
        assert.deepEqual(host.chat.sought.peek(), { message: "m2" });
        assert.deepEqual(host.asked.at(-1), ["ready", { whole: true }]);
      });

      it("asks for the whole of the thread that the host shows last", async () => {
        const { host, tell } = longHost();
        const started = host.chat.start();
        await settled();
        await host.tell("show", {
          ...OTHER,
          conversation: { ...OTHER.conversation, messages: ALL },
        });
        tell(WHOLE);
        await started;
        assert.equal(host.chat.thread.value?.id, "t2", "the answer is about another thread");
        assert.equal(host.count("ready"), 2);
      });
    });

    it("shows no hidden message", async () => {
      const host = await started(view([message("m1", "context", { visibility: "hidden" })]));
      assert.deepEqual(texts(host.chat), []);
    });

    it("says why there is nothing to show, and can try again", async () => {
      const host = new FakeHost(TALK);
      host.answers.ready = () => {
        throw new Error("The database is locked.");
      };
      await host.chat.start();
      assert.equal(host.chat.broken.value, "The database is locked.");
      delete host.answers.ready;
      await host.chat.start();
      assert.equal(host.chat.broken.value, null);
      assert.deepEqual(texts(host.chat), ["hello", "hi"]);
    });

    it("is not undone by an answer that is older than another thread on show", async () => {
      const host = new FakeHost(OTHER);
      let answer: (view: ChatView) => void = () => {};
      host.answers.ready = () => new Promise<ChatView>((resolve) => (answer = resolve));
      const start = host.chat.start();
      await settled();
      await host.tell("show", OTHER);
      answer(TALK);
      await start;
      assert.equal(host.chat.thread.value?.id, "t2");
    });
  });

  describe("places", () => {
    const place = { message: "m1", offset: 40 };

    it("keeps each thread's place over a reload, and none at the end", async () => {
      const host = await started();
      host.chat.places.keep("t1", place);
      host.chat.places.keep("t2", { message: "n1", offset: 0 });
      const again = await started(TALK, host.saved.at(-1));
      assert.deepEqual(again.chat.places.in("t1"), place);
      again.chat.places.keep("t1", undefined);
      assert.equal(again.chat.places.in("t1"), undefined);
      const later = await started(TALK, again.saved.at(-1));
      assert.deepEqual(Object.keys(later.saved.at(-1)?.places ?? {}), ["t2"]);
    });

    it("keeps no more of them than are of use", async () => {
      const host = await started();
      for (let index = 0; index < 200; index++) host.chat.places.keep(`t${index}`, place);
      assert.equal(host.chat.places.in("t0"), undefined);
      assert.deepEqual(host.chat.places.in("t199"), place);
      assert.equal(Object.keys(host.saved.at(-1)?.places ?? {}).length, 51);
    });

    it("survives places that another version wrote", async () => {
      const places = { t1: { message: 3, offset: 1 }, t2: null, t3: { message: "m", offset: NaN } };
      for (const saved of [{ places }, { places: "none" }, { places: null }]) {
        const host = await started(TALK, saved);
        for (const thread of ["t1", "t2", "t3"])
          assert.equal(host.chat.places.in(thread), undefined);
      }
    });

    it("looks for a message until it is found, whatever is shown meanwhile", async () => {
      const host = await started({ ...TALK, message: "m2" });
      assert.deepEqual(host.chat.sought.value, { message: "m2" });
      await host.tell("show", TALK);
      assert.deepEqual(host.chat.sought.value, { message: "m2" });
      host.chat.found();
      assert.equal(host.chat.sought.value, null);
      await settled();
      assert.deepEqual(host.asked.at(-1), ["found", { message: "m2" }]);
      await host.tell("show", { ...TALK, message: "m1" });
      assert.deepEqual(host.chat.sought.value, { message: "m1" });
    });
  });

  describe("changes", () => {
    it("folds events that follow what is there", async () => {
      const host = await started();
      await host.tell("changed", {
        thread: "t1",
        revision: 12,
        events: [grew(" th"), grew("ere")],
      });
      assert.deepEqual(texts(host.chat), ["hello", "hi there"]);
      assert.equal(host.count("ready"), 1);
    });

    it("takes from a batch only what is new", async () => {
      const host = await started();
      await host.tell("changed", { thread: "t1", revision: 10, events: [grew("OLD")] });
      await host.tell("changed", { thread: "t1", revision: 11, events: [grew("OLD"), grew("!")] });
      assert.deepEqual(texts(host.chat), ["hello", "hi!"]);
      assert.equal(host.count("ready"), 1);
    });

    it("asks for the whole again after a gap", async () => {
      const host = await started();
      host.view = view([message("m1", "all of it")], { revision: 15 });
      await host.tell("changed", { thread: "t1", revision: 14, events: [grew("?")] });
      assert.equal(host.count("ready"), 2);
      assert.deepEqual(texts(host.chat), ["all of it"]);
      await host.tell("changed", { thread: "t1", revision: 15, events: [grew("OLD")] });
      assert.equal(host.count("ready"), 2);
    });

    it("asks once for many gaps at once", async () => {
      const host = await started();
      host.view = view([message("m1", "all of it")], { revision: 40 });
      for (const revision of [20, 30, 40])
        void host.tell("changed", { thread: "t1", revision, events: [grew("?")] });
      await settled();
      assert.equal(host.count("ready"), 2);
    });

    it("asks again when the answer is older than a change that came before it", async () => {
      const host = await started();
      const answers = [
        view([message("m1", "old")]),
        view([message("m1", "new")], { revision: 31 }),
      ];
      host.answers.ready = async () => {
        const answer = answers.shift();
        if (answers.length === 1)
          await host.tell("changed", { thread: "t1", revision: 31, events: [grew("?")] });
        return answer;
      };
      await host.chat.start();
      assert.equal(host.count("ready"), 3);
      assert.deepEqual(texts(host.chat), ["new"]);
    });

    it("takes the whole of a host that counts afresh", async () => {
      const host = await started();
      host.view = view([message("m1", "afresh")], { revision: 0 });
      await host.chat.start();
      assert.deepEqual(texts(host.chat), ["afresh"]);
      await host.tell("changed", {
        thread: "t1",
        revision: 1,
        events: [{ ...(grew("!") as object), message: "m1" } as ThreadEvent],
      });
      assert.deepEqual(texts(host.chat), ["afresh!"]);
    });

    it("ignores what is about another thread", async () => {
      const host = await started();
      await host.tell("changed", { thread: "t2", revision: 99, events: [grew("NO")] });
      await host.tell("turn", { thread: "t2", turn: { phase: "working" } });
      assert.deepEqual(texts(host.chat), ["hello", "hi"]);
      assert.equal(host.chat.turn.value.phase, "idle");
      assert.equal(host.count("ready"), 1);
    });

    it("follows the host to another thread", async () => {
      const host = await started();
      await host.tell("show", OTHER);
      assert.equal(host.chat.thread.value?.id, "t2");
      assert.equal(host.saved.at(-1)?.thread, "t2");
      await host.tell("turn", { thread: "t2", turn: { phase: "stopping" } });
      assert.equal(host.chat.turn.value.phase, "stopping");
    });

    it("tells only the message that changed", async () => {
      const host = await started();
      const [first, second] = host.chat.messages.value;
      const runs = { list: -1, first: -1, second: -1 };
      host.chat.messages.subscribe(() => runs.list++);
      first?.subscribe(() => runs.first++);
      second?.subscribe(() => runs.second++);
      await host.tell("changed", { thread: "t1", revision: 11, events: [grew("!")] });
      assert.deepEqual(runs, { list: 0, first: 0, second: 1 });
    });

    it("announces an answer by its sentences, and its end", async () => {
      const parts: Part[] = [{ id: "p1", type: "text", text: "hi", state: "streaming" }];
      const host = await started(view([message("m2", "", { status: "streaming", parts })]));
      const announced = () => host.chat.announcer.announcements.value.map(({ text }) => text);
      await host.tell("changed", { thread: "t1", revision: 11, events: [grew(" there")] });
      assert.deepEqual(announced(), []);
      const ended = {
        type: "messageEnded",
        message: "m2",
        at: 2,
        usage: null,
        error: null,
      } as const;
      await host.tell("changed", {
        thread: "t1",
        revision: 12,
        events: [{ ...ended, status: "complete" }],
      });
      assert.deepEqual(announced(), ["Claude: hi there", "Claude is done."]);
    });

    it("announces the sentences of an answer that grows together, not with each change", async () => {
      const parts: Part[] = [{ id: "p1", type: "text", text: "hi", state: "streaming" }];
      const host = await started(view([message("m2", "", { status: "streaming", parts })]));
      const told: string[][] = [];
      host.chat.announcer.announcements.subscribe((all) => told.push(all.map(({ text }) => text)));
      const pieces = [" there. ", "How are you? ", "I"];
      for (const [index, text] of pieces.entries())
        await host.tell("changed", { thread: "t1", revision: 11 + index, events: [grew(text)] });
      while (told.length < 2) await settled();
      assert.deepEqual(told, [[], ["Claude: hi there.", "How are you?"]]);
    });
  });

  describe("the list of threads", () => {
    it("is newest first, with the one on show also when the host does not list it yet", async () => {
      const host = await started();
      await host.tell("threads", [
        thread({ id: "old", updatedAt: -5 }),
        thread({ id: "new", updatedAt: 5 }),
      ]);
      assert.deepEqual(
        host.chat.threads.value.map(({ id }) => id),
        ["new", "t1", "old"],
      );
    });

    it("has a new title at once", async () => {
      const host = await started(view([], { threads: [thread({ title: "Before" })] }));
      const events: ThreadEvent[] = [{ type: "threadChanged", at: 2, changes: { title: "After" } }];
      await host.tell("changed", { thread: "t1", revision: 11, events });
      assert.deepEqual(
        host.chat.threads.value.map(({ title }) => title),
        ["After"],
      );
    });
  });

  describe("sending", () => {
    it("sends the draft with what was seen, and clears it when it is sent", async () => {
      const host = await started();
      host.chat.write("do it");
      await host.chat.send();
      assert.deepEqual(host.asked.slice(1, 3), [
        ["draft", { thread: "t1", text: "do it" }],
        ["send", { thread: "t1", text: "do it", seen: 2 }],
      ]);
      assert.equal(host.chat.draft.value, "");
    });

    it("sends nothing blank, and nothing twice", async () => {
      const host = await started();
      host.chat.write(" \n ");
      await host.chat.send();
      assert.equal(host.count("send"), 0);
      host.chat.write("once");
      await Promise.all([host.chat.send(), host.chat.send()]);
      assert.equal(host.count("send"), 1);
    });

    it("keeps the draft and says why when it is refused", async () => {
      const host = await started();
      host.answers.send = () => ({ sent: false, refused: "Claude is still at work." });
      host.chat.write("more");
      await host.chat.send();
      assert.equal(host.chat.problem.value?.text, "Claude is still at work.");
      assert.equal(host.chat.draft.value, "more");
      host.chat.write("more!");
      assert.equal(host.chat.problem.value, null);
    });

    it("keeps the draft when the host fails", async () => {
      const host = await started();
      host.answers.send = () => {
        throw new Error("The disk is full.");
      };
      host.chat.write("precious");
      await host.chat.send();
      assert.equal(host.chat.problem.value?.text, "The disk is full.");
      assert.equal(host.chat.draft.value, "precious");
      assert.equal(host.chat.sending.value, false);
    });

    it("keeps what was typed while the message was on its way", async () => {
      const host = await started();
      host.chat.write("first");
      const sent = host.chat.send();
      host.chat.write("first, then");
      await sent;
      assert.equal(host.chat.draft.value, ", then");
      await settled();
      assert.deepEqual(host.asked.at(-1), ["draft", { thread: "t1", text: ", then" }]);
    });

    it("leaves the draft of another thread alone", async () => {
      const host = await started();
      host.chat.write("first");
      const sent = host.chat.send();
      await host.tell("show", { ...OTHER, draft: "first of all" });
      await sent;
      assert.equal(host.chat.draft.value, "first of all");
    });
  });

  describe("the draft", () => {
    const drafts = (host: FakeHost) =>
      host.asked.flatMap((asked) => (asked[0] === "draft" ? [asked[1]] : []));

    it("is what was typed in another panel, unless something newer was typed here", async () => {
      const host = await started({ ...TALK, draft: "one" });
      await host.tell("draft", { thread: "t1", text: "one, two" });
      assert.equal(host.chat.draft.value, "one, two");
      await host.tell("draft", { thread: "t2", text: "of another thread" });
      assert.equal(host.chat.draft.value, "one, two");
      host.chat.write("typed here");
      await host.tell("draft", { thread: "t1", text: "typed there" });
      assert.equal(host.chat.draft.value, "typed here");
      host.chat.keepDraft();
      await settled();
      assert.deepEqual(drafts(host), [{ thread: "t1", text: "typed here" }]);
      await host.tell("draft", { thread: "t1", text: "typed there" });
      assert.equal(host.chat.draft.value, "typed there");
    });

    it("comes from the host with each thread, and is given back before it goes", async () => {
      const host = await started({ ...TALK, draft: "from before" });
      assert.equal(host.chat.draft.value, "from before");
      host.chat.write("changed");
      await host.tell("show", { ...OTHER, draft: "another" });
      assert.equal(host.chat.draft.value, "another");
      assert.deepEqual(drafts(host), [{ thread: "t1", text: "changed" }]);
      assert.deepEqual(host.saved.at(-1), { thread: "t2" }, "nothing that was written");
    });

    it("is told soon after it was typed, not at every key, and at once when the page goes", async () => {
      const host = await started();
      for (const text of ["h", "he", "hel"]) host.chat.write(text);
      assert.deepEqual(drafts(host), []);
      while (drafts(host).length === 0) await settled();
      host.chat.write("hello");
      host.chat.keepDraft();
      host.chat.keepDraft();
      await settled();
      assert.deepEqual(
        drafts(host).map(({ text }) => text),
        ["hel", "hello"],
      );
    });

    it("is never replaced by one that the host had before it was typed", async () => {
      const host = await started({ ...TALK, draft: "old" });
      host.chat.write("old and new");
      await host.tell("show", { ...TALK, draft: "old" });
      assert.equal(host.chat.draft.value, "old and new");
      let answer: (reply: null) => void = () => {};
      host.answers.draft = () => new Promise<null>((resolve) => (answer = resolve));
      host.chat.keepDraft();
      await settled();
      await host.tell("show", { ...TALK, draft: "old" });
      assert.equal(host.chat.draft.value, "old and new");
      answer(null);
      await settled();
      await host.tell("show", { ...TALK, draft: "another window's" });
      assert.equal(host.chat.draft.value, "another window's");
    });

    it("stays, and that it is not kept is said, when the host fails", async () => {
      const host = await started();
      host.answers.draft = () => {
        throw new Error("There is no thread t1.");
      };
      host.chat.write("precious");
      host.chat.keepDraft();
      await settled();
      assert.equal(host.chat.problem.value?.text, "There is no thread t1.");
      assert.equal(host.chat.draft.value, "precious");
    });

    it("is told before another thread is asked for", async () => {
      const host = await started();
      host.chat.write("changed");
      host.chat.openThread("t2");
      await settled();
      assert.deepEqual(
        host.asked.map(([name]) => name),
        ["ready", "draft", "openThread", "ready"],
      );
    });
  });

  describe("another thread", () => {
    /** A host that takes until `answer` to show what it was asked for. */
    const slow = async () => {
      const host = await started({ ...TALK, turn: { phase: "working" } });
      let answer: (failure?: string) => void = () => {};
      const later = () =>
        new Promise<null>((resolve, reject) => {
          answer = (failure) => (failure ? reject(new Error(failure)) : resolve(null));
        });
      host.answers.openThread = host.answers.newThread = later;
      const shows = async (shown: ChatView) => {
        await host.tell("show", shown);
        answer();
        await settled();
      };
      return { host, shows, fail: (why: string) => answer(why) };
    };

    const idOf = (host: FakeHost) => host.chat.thread.value?.id ?? "";

    it("that is new is there at once, and the next key and Enter are its own", async () => {
      const { host, shows } = await slow();
      host.chat.write("in the old one");
      host.chat.newThread();
      const id = idOf(host);
      assert.match(id, /^[\da-f-]{36}$/);
      assert.deepEqual(texts(host.chat), []);
      assert.equal(host.chat.turn.value.phase, "idle");
      assert.equal(host.chat.draft.value, "");
      host.chat.write("in the new one");
      void host.chat.send();
      // What the host had told of the old one before it heard of the new one changes nothing.
      await host.tell("show", TALK);
      await host.tell("draft", { thread: "t1", text: "in the old one" });
      assert.equal(idOf(host), id);
      const conversation = { thread: thread({ id }), messages: [] };
      await shows(view([], { conversation }));
      assert.deepEqual(host.asked.slice(1), [
        ["draft", { thread: "t1", text: "in the old one" }],
        ["newThread", { thread: id }],
        ["draft", { thread: id, text: "in the new one" }],
        ["send", { thread: id, text: "in the new one", seen: 0 }],
        ["draft", { thread: id, text: "" }],
      ]);
    });

    it("that is new can be sent in while a message of the one before is on its way", async () => {
      const { host } = await slow();
      host.answers.send = () => new Promise(() => {});
      host.chat.write("one");
      void host.chat.send();
      host.chat.newThread();
      assert.equal(host.chat.sending.value, false);
      host.chat.write("two");
      void host.chat.send();
      await settled();
      const sent = host.asked.filter(([name]) => name === "send").map(([, params]) => params);
      assert.deepEqual(sent, [
        { thread: "t1", text: "one", seen: 2 },
        { thread: idOf(host), text: "two", seen: 0 },
      ]);
    });

    it("that was chosen gets what is typed until it is on show, behind its draft", async () => {
      const { host, shows } = await slow();
      host.chat.write("of the first");
      host.chat.openThread("t2");
      assert.equal(host.chat.draft.value, "");
      assert.equal(host.chat.switching.value, true);
      host.chat.write("typed");
      host.chat.keepDraft();
      await host.chat.send();
      await shows({ ...OTHER, draft: "there before, " });
      assert.equal(host.chat.switching.value, false);
      assert.equal(host.chat.draft.value, "there before, typed");
      host.chat.keepDraft();
      await settled();
      assert.deepEqual(host.asked.slice(1), [
        ["draft", { thread: "t1", text: "of the first" }],
        ["openThread", { thread: "t2" }],
        ["draft", { thread: "t2", text: "there before, typed" }],
      ]);
    });

    it("that was chosen gets what was sent before it was on show, where no draft was", async () => {
      const { host, shows } = await slow();
      host.chat.openThread("t2");
      host.chat.write("typed");
      await host.chat.send();
      await settled();
      assert.equal(
        host.asked.some(([name]) => name === "send"),
        false,
      );
      await shows({ ...OTHER, draft: "" });
      assert.deepEqual(
        host.asked.find(([name]) => name === "send"),
        ["send", { thread: "t2", text: "typed", seen: 0 }],
      );
    });

    it("that was chosen and is long gets what was sent, once its whole is on show", async () => {
      const host = await started(TALK, {
        thread: "t1",
        places: { t2: { message: "n1", offset: 0 } },
      });
      const whole: ChatView = {
        ...view([message("n1", "the first"), message("n2", "the last")]),
        draft: "",
      };
      const conversation = { ...whole.conversation, thread: thread({ id: "t2" }) };
      const end = { ...conversation, messages: conversation.messages.slice(1) };
      let answer: (shown: ChatView) => void = () => {};
      host.answers.ready = () => new Promise<ChatView>((resolve) => (answer = resolve));
      host.chat.openThread("t2");
      host.chat.write("typed");
      await host.chat.send();
      await host.tell("show", { ...whole, conversation: end, earlier: 1 });
      assert.equal(host.chat.switching.value, true);
      answer({ ...whole, conversation });
      await settled();
      assert.deepEqual(
        host.asked.find(([name]) => name === "send"),
        ["send", { thread: "t2", text: "typed", seen: 2 }],
      );
    });

    it("that was chosen and cannot be shown loses nothing of what was typed", async () => {
      const { host, fail } = await slow();
      host.chat.openThread("t2");
      host.chat.write("typed");
      host.chat.openThread("t3");
      host.chat.write("typed more");
      await settled();
      fail("This thread was deleted.");
      await settled();
      assert.equal(host.chat.problem.value?.text, "This thread was deleted.");
      assert.equal(host.chat.switching.value, false);
      assert.equal(host.chat.thread.value?.id, "t1");
      assert.equal(host.chat.draft.value, "typed more");
    });

    it("that the host shows by itself is not held up by one that was chosen before", async () => {
      const { host, shows } = await slow();
      host.chat.openThread("t2");
      await settled();
      await shows(OTHER);
      await host.tell("show", TALK);
      assert.equal(host.chat.thread.value?.id, "t1");
    });
  });

  it("asks for the rest by name, and says what failed", async () => {
    const host = await started();
    host.chat.stop();
    host.chat.takeStep("checkSandbox");
    host.answers.openLink = () => {
      throw new Error("Only web links are opened.");
    };
    host.chat.openLink("https://example.com", "here");
    host.chat.report("x".repeat(100_000));
    await settled();
    assert.deepEqual(host.asked.slice(1, 4), [
      ["stop", { thread: "t1" }],
      ["takeStep", { step: "checkSandbox" }],
      ["openLink", { url: "https://example.com", text: "here" }],
    ]);
    assert.deepEqual(host.chat.problem.value, { text: "Only web links are opened.", next: null });
    assert.equal((host.asked.at(-1)?.[1] as { message: string }).message.length, 64 * 1024);
  });

  it("shows no step that belongs to an earlier refusal", async () => {
    const host = await started();
    const next = { step: "continueInNewThread", label: "Continue in a New Thread" } as const;
    host.answers.send = () => ({ sent: false, refused: "This thread is full.", next });
    host.chat.write("more");
    await host.chat.send();
    assert.deepEqual(host.chat.problem.value, { text: "This thread is full.", next });
    host.answers.openFile = () => {
      throw new Error("It is not a file.");
    };
    host.chat.openFile({ path: "a.ts" });
    await settled();
    assert.deepEqual(host.chat.problem.value, { text: "It is not a file.", next: null });
  });

  it("is told where the cursor belongs", async () => {
    const host = await started();
    await host.tell("focus", null);
    assert.equal(host.chat.focusCalls.value, 1);
  });

  it("asks for the whole of an output, and hands on what the host says of it", async () => {
    const host = await started();
    host.answers.output = () => "all of it";
    assert.equal(await host.chat.output("m2", "toolu_1"), "all of it");
    assert.deepEqual(host.asked.at(-1), [
      "output",
      { thread: "t1", message: "m2", part: "toolu_1" },
    ]);
    host.answers.output = () => {
      throw new Error("It is gone.");
    };
    await assert.rejects(host.chat.output("m2", "toolu_1"), /It is gone\./);
    assert.equal(host.chat.problem.value, null, "that is said where it was asked");
  });
});
