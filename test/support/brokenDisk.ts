import fs from "node:fs";

type Call =
  | "linkSync"
  | "openSync"
  | "writeSync"
  | "writeFileSync"
  | "fdatasyncSync"
  | "fsyncSync"
  | "renameSync";

/** The real functions. Our modules look them up at each call, so that a test can put others in their place. */
const real = {
  linkSync: fs.linkSync,
  openSync: fs.openSync,
  writeSync: fs.writeSync,
  writeFileSync: fs.writeFileSync,
  fdatasyncSync: fs.fdatasyncSync,
  fsyncSync: fs.fsyncSync,
  renameSync: fs.renameSync,
};

/**
 * Makes a disk call fail with a code such as ENOSPC, until `mendDisk`; only for files whose path ends
 * with `only`, where that is given.
 */
export function breakDisk(call: Call, code: string, only = ""): void {
  const works = real[call] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [call]: (...args: unknown[]) => {
      if (only && !String(args[0]).endsWith(only)) return works(...args);
      throw Object.assign(new Error(`${code}: the disk refuses`), { code });
    },
  });
}

/** Makes a write take only this many bytes, as a disk does that has just become full. */
export function fillDisk(room: number): void {
  Object.assign(fs, {
    writeSync: (file: number, bytes: Buffer) => real.writeSync(file, bytes.subarray(0, room)),
  });
}

/** Mends what was broken. */
export const mendDisk = (): void => void Object.assign(fs, real);
