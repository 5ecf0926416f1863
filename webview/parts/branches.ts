import type { Part } from "../../src/shared/thread";

/** A part, with those that came of it. */
export interface Branch {
  readonly part: Part;
  readonly nested: readonly Branch[];
}

/** Puts the parts that a subagent made under the tool call that started it. */
export function branchesOf(parts: readonly Part[]): readonly Branch[] {
  const all = new Map(parts.map((part) => [part.id, { part, nested: [] as Branch[] }]));
  const parentOf = ({ part: { parent } }: Branch) =>
    parent === undefined ? undefined : all.get(parent);
  const circles = inCircles(all.values(), parentOf);
  const roots: Branch[] = [];
  for (const branch of all.values()) {
    const parent = circles.has(branch) ? undefined : parentOf(branch);
    (parent?.nested ?? roots).push(branch);
  }
  return roots;
}

/** Those that are below themselves, and would be nowhere in the tree. Each is gone past twice at most. */
function inCircles(
  branches: Iterable<Branch>,
  parentOf: (branch: Branch) => Branch | undefined,
): ReadonlySet<Branch> {
  const circles = new Set<Branch>();
  /** By the branch that the way up to each has begun with. */
  const seen = new Map<Branch, Branch>();
  for (const start of branches) {
    let above: Branch | undefined = start;
    for (; above && !seen.has(above); above = parentOf(above)) seen.set(above, start);
    if (!above || seen.get(above) !== start) continue;
    for (; above && !circles.has(above); above = parentOf(above)) circles.add(above);
  }
  return circles;
}
