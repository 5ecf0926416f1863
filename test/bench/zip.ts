/** What is in a zip file, by its central directory. */

export interface ZipEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** In bytes. */
  readonly packedSize: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** @throws Where the bytes are no zip file, or one of more than 4 GB. */
export function zipEntries(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Uint8Array.of(0x50, 0x4b, 0x05, 0x06));
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new Error("This is no zip file.");
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error("This zip file’s directory is damaged.");
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString("utf8", at + 46, nameEnd),
      size: zip.readUInt32LE(at + 24),
      packedSize: zip.readUInt32LE(at + 20),
    });
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
