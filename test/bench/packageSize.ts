/** What people download: how large it is, and that it holds nothing but what runs. */
import { readFile } from "node:fs/promises";
import type { Findings } from "./figures";
import { packageExtension } from "./vsix";
import { zipEntries } from "./zip";

/** vsce writes the first two, and renames the last three. */
const BELONGS = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package(\.nls(\.[a-z-]+)?)?\.json$/,
  /^extension\/l10n\/bundle\.l10n\.[a-z-]+\.json$/,
  /^extension\/dist\/[^/]+(?<!\.map)$/,
  /^extension\/media\//,
  /^extension\/(readme\.md|changelog\.md|LICENSE(\.txt|\.md)?)$/i,
];

export async function packageSize(): Promise<Findings> {
  const vsix = await readFile(await packageExtension());
  const entries = zipEntries(vsix).toSorted((a, b) => b.size - a.size);
  const strangers = entries.filter(({ name }) => !BELONGS.some((pattern) => pattern.test(name)));
  return {
    figures: [
      { name: "the .vsix", value: vsix.length / 1000, unit: "kB", atMost: 1500 },
      { name: "files in it that nothing needs", value: strangers.length, unit: "files", atMost: 0 },
    ],
    details: [
      ...strangers.map(({ name }) => `does not belong: ${name}`),
      ...entries.map(
        ({ name, size, packedSize }) =>
          `${kilobytes(size)} kB, packed ${kilobytes(packedSize)} kB  ${name}`,
      ),
    ],
  };
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1).padStart(6);
