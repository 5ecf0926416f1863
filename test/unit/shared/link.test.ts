import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Handlers,
  Link,
  LinkClosedError,
  type Port,
  RemoteError,
} from "../../../src/shared/link";

type Asked = { double: { params: number; reply: number }; fail: { params: null; reply: null } };
type Told = { news: string };

/** Two ends whose messages are copied and arrive later, as with `postMessage`. */
function pair(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (here: number): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => listeners[1 - here]?.forEach((listener) => listener(copy)));
    },
    listen: (listener) => {
      listeners[here]?.push(listener);
      return () => void listeners[here]?.splice(listeners[here].indexOf(listener), 1);
    },
  });
  return [end(0), end(1)];
}

function linked(handlers: Handlers) {
  const [near, far] = pair();
  const asker = new Link<Asked, Told>(near, {});
  const answerer = new Link<Asked, Told>(far, handlers);
  return { asker, answerer, near };
}

describe("a link", () => {
  it("carries a request and its reply", async () => {
    const { asker } = linked({ request: (_name, params) => (params as number) * 2 });
    assert.deepEqual(
      await Promise.all([asker.request("double", 2), asker.request("double", 4)]),
      [4, 8],
    );
  });

  it("carries a failure by name and message", async () => {
    const { asker } = linked({
      request: () => {
        throw new TypeError("no such thing");
      },
    });
    await assert.rejects(asker.request("fail", null), (error) => {
      assert.ok(error instanceof RemoteError);
      assert.deepEqual([error.name, error.message], ["TypeError", "no such thing"]);
      return true;
    });
  });

  it("fails a request that nobody answers", async () => {
    const { asker } = linked({});
    await assert.rejects(asker.request("double", 1), /Nothing here answers "double"/);
  });

  it("carries events", async () => {
    const heard: unknown[] = [];
    const { asker } = linked({ event: (name, data) => heard.push([name, data]) });
    asker.tell("news", "hello");
    await sleep(5);
    assert.deepEqual(heard, [["news", "hello"]]);
  });

  it("posts nothing after it was closed, and fails what was asked", async () => {
    let heard = 0;
    const { asker } = linked({ request: () => new Promise(() => {}), event: () => heard++ });
    const asked = asker.request("double", 1);
    asker.close();
    asker.close();
    asker.tell("news", "late");
    await assert.rejects(asked, LinkClosedError);
    await assert.rejects(asker.request("double", 1), LinkClosedError);
    await sleep(5);
    assert.equal(heard, 0);
  });

  it("drops what is none of its messages", async () => {
    const dropped: unknown[] = [];
    const { near } = linked({ dropped: (message) => dropped.push(message) });
    const strangers = [
      null,
      1,
      "x",
      [],
      {},
      { kind: "request" },
      { kind: "reply", id: "1" },
      { kind: "nonsense" },
    ];
    for (const stranger of strangers) near.post(stranger);
    await sleep(5);
    assert.equal(dropped.length, strangers.length);
  });
});
