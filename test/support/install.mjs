// Makes sure that node_modules is what package-lock.json says: instant when it is, `npm ci` when
// not. The commands call it first, so a fresh clone needs no other step. Plain Node, of course.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const stamp = path.join(root, "node_modules/.sandbox-chat-lock");
const lock = createHash("sha256")
  .update(readFileSync(path.join(root, "package-lock.json")))
  .digest("hex");

if (stamped() !== lock) {
  process.stderr.write("Installing dependencies ...\n");
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith("js") ? [process.execPath, npm] : ["npm"];
  const { status, error } = spawnSync(command, [...args, "ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, lock);
}

function stamped() {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}
