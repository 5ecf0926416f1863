/**
 * A path that Claude named as one from the workspace's root, with `/`; undefined for one that leads
 * out of it. `roots` are the workspace's own absolute paths: in the sandbox, and on this machine.
 */
export function workspacePath(path: string, roots: readonly string[]): string | undefined {
  const named = path.replaceAll("\\", "/");
  const root = roots
    .map((candidate) => candidate.replaceAll("\\", "/").replace(/\/+$/, ""))
    .find((candidate) => named === candidate || named.startsWith(`${candidate}/`));
  const absolute = /^(?:\/|~|[a-z]:)/i.test(named);
  if (named.includes("\0") || (absolute && root === undefined)) return undefined;
  const segments: string[] = [];
  for (const segment of named.slice(root?.length ?? 0).split("/")) {
    if (segment === "..") {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments.join("/") || undefined;
}
