import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, startProcess } from "../../../src/sandbox/childProcess";
import { OUTPUT_LIMIT } from "../../../src/shared/limits";

const node = (program: string) => startProcess([process.execPath, "-e", program]);

const read = async (stdout: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

describe("a child process", () => {
  it("hands out its stdout, and its exit with what it said on stderr", async () => {
    const child = node(
      "process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3",
    );
    assert.equal(await read(child.stdout), "out");
    assert.deepEqual(await child.exited, { code: 3, signal: null, stderr: "err" });
  });

  it("takes its stdin, and its end", async () => {
    const child = node("process.stdin.pipe(process.stdout)");
    await child.write("héllo");
    child.end();
    assert.equal(await read(child.stdout), "héllo");
  });

  it("keeps the end of a long stderr", async () => {
    const child = node("process.stderr.write('x'.repeat(300000) + 'the end')");
    const { stderr } = await child.exited;
    assert.ok(stderr.length <= 64 * 1024);
    assert.match(stderr, /the end$/);
  });

  it("is an exit as well when it cannot be started", async () => {
    for (const argv of [["/no/such/program"], [""], []]) {
      const child = startProcess(argv);
      await child.write("x");
      child.kill();
      assert.equal(await read(child.stdout), "");
      assert.ok((await child.exited).failure);
    }
  });

  it("is never a program of the current folder, nor of a PATH that leads there", async function () {
    if (process.platform === "win32") this.skip();
    const folder = mkdtempSync(join(tmpdir(), "sandbox-chat-cwd-"));
    const before = { cwd: process.cwd(), path: process.env["PATH"] ?? "" };
    try {
      writeFileSync(join(folder, "docker-of-workspace"), "#!/bin/sh\necho ran\n", { mode: 0o755 });
      process.chdir(folder);
      for (const path of [".", "", `${before.path}:.`, `${before.path}:`, `${before.path}::/bin`]) {
        process.env["PATH"] = path;
        for (const name of ["docker-of-workspace", "./docker-of-workspace"]) {
          const { stdout, failure } = await collect(startProcess([name]), 10_000);
          assert.deepEqual([stdout, failure?.code], ["", "ENOENT"], `${name} on ${path}`);
        }
      }
    } finally {
      process.chdir(before.cwd);
      process.env["PATH"] = before.path;
      rmSync(folder, { recursive: true });
    }
  });

  it("is ended with its whole group", async function () {
    if (process.platform === "win32") this.skip();
    const child = startProcess(["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait"]);
    let grandchild = 0;
    for await (const chunk of child.stdout) {
      grandchild = Number(Buffer.from(chunk).toString());
      break;
    }
    child.kill();
    assert.equal((await child.exited).signal, "SIGKILL");
    // A process that was ended may be there a moment longer, until it is waited for.
    for (let tries = 0; tries < 100 && isThere(grandchild); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(!isThere(grandchild));
  });

  it("ends, though a grandchild that left its group holds its stdout open", async function () {
    if (process.platform === "win32") this.skip();
    const child = startProcess(["sh", "-c", "setsid sleep 25 & echo started"]);
    assert.match(await read(child.stdout).catch(() => "started"), /started/);
    assert.equal((await child.exited).code, 0);
  });

  it("takes nothing when it is gone, without a fuss", async () => {
    const child = node("");
    await child.exited;
    await child.write("too late");
    child.end();
    child.kill();
  });

  it("is collected whole, or ended when it takes too long", async () => {
    const quick = await collect(node("console.log('hi')"), 10_000);
    assert.deepEqual([quick.stdout, quick.code, quick.timedOut], ["hi\n", 0, false]);
    const child = node("console.log('hi'); setInterval(() => {}, 1000)");
    await once(child.stdout as unknown as NodeJS.ReadableStream, "readable");
    const slow = await collect(child, 100);
    assert.deepEqual([slow.stdout, slow.code, slow.timedOut], ["hi\n", null, true]);
  });

  it("is ended when it prints more than anybody asks for, of which the beginning is kept", async () => {
    const child = node(
      "process.stdout.write('begin'); const more = 'x'.repeat(1e6); const go = () => process.stdout.write(more, go); go()",
    );
    const { stdout, signal, timedOut } = await collect(child, 60_000);
    assert.equal(stdout.length, OUTPUT_LIMIT);
    assert.ok(stdout.startsWith("begin"));
    assert.deepEqual([signal, timedOut], [process.platform === "win32" ? null : "SIGKILL", false]);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
