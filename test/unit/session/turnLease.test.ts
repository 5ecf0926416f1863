import assert from "node:assert/strict";
import { mock } from "node:test";
import { RENEW_EVERY, TurnLease } from "../../../src/session/turnLease";
import { MemoryThreadStore } from "../../support/memoryThreadStore";

/** Time passes, and what waits for nothing else happens. */
async function pass(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

describe("the lease of a turn", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setInterval", "Date"] }));
  afterEach(() => mock.timers.reset());

  /** A lease on a store that can be asked how often it was claimed. */
  function leased() {
    const store = new MemoryThreadStore();
    const counted = { claims: 0, lost: 0 };
    const claim = store.claim.bind(store);
    store.claim = (thread) => {
      counted.claims++;
      return claim(thread);
    };
    const services = { store, now: Date.now, log: { warn: () => {} } };
    return { store, counted, lease: new TurnLease(services, "t", () => counted.lost++) };
  }

  it("is renewed until it is released", async () => {
    const { store, counted, lease } = leased();
    assert.equal(await lease.acquire(), true);
    assert.equal(lease.held, true);
    await pass(3 * RENEW_EVERY);
    assert.ok(counted.claims > 1);
    lease.release();
    assert.equal(store.claims.size, 0);
    const { claims } = counted;
    await pass(3 * RENEW_EVERY);
    assert.equal(await lease.ensure(), false, "it is not asked for by what comes late");
    assert.equal(counted.claims, claims);
    assert.equal(lease.held, false);
  });

  it("is not had while another window has it", async () => {
    const { store, counted, lease } = leased();
    store.elsewhere.add("t");
    assert.equal(await lease.acquire(), false);
    assert.equal(lease.held, false);
    await pass(3 * RENEW_EVERY);
    assert.equal(counted.claims, 1, "it is not asked for again by itself");
  });

  it("tells when another window has taken it", async () => {
    const { store, counted, lease } = leased();
    await lease.acquire();
    store.elsewhere.add("t");
    await pass(RENEW_EVERY);
    assert.equal(counted.lost, 1);
    assert.equal(lease.held, false);
    await pass(3 * RENEW_EVERY);
    assert.equal(counted.lost, 1);
  });

  it("is asked for once more before something is written, when it was not renewed in time", async () => {
    const { store, counted, lease } = leased();
    await lease.acquire();
    assert.equal(await lease.ensure(), true);
    assert.deepEqual(counted, { claims: 1, lost: 0 }, "it is held");
    // As when the machine has slept: no timer went off.
    mock.timers.setTime(Date.now() + 60_000);
    assert.equal(await lease.ensure(), true);
    assert.deepEqual(counted, { claims: 2, lost: 0 });
    mock.timers.setTime(Date.now() + 60_000);
    store.elsewhere.add("t");
    assert.equal(await lease.ensure(), false);
  });

  it("may be written under while the disk refuses everybody, and is had when it does not any more", async () => {
    const { store, lease } = leased();
    const claim = store.claim.bind(store);
    store.claim = () => Promise.reject(new Error("EIO"));
    await assert.rejects(lease.acquire(), /EIO/);
    assert.equal(await lease.ensure(), true);
    store.claim = claim;
    assert.equal(await lease.ensure(), true);
    assert.equal(lease.held, true);
    lease.release();
    assert.equal(store.claims.size, 0);
  });

  it("is not kept when it comes after its release", async () => {
    const { store, lease } = leased();
    const acquiring = lease.acquire();
    lease.release();
    assert.equal(await acquiring, false);
    assert.equal(lease.held, false);
    assert.equal(store.claims.size, 0);
  });
});
