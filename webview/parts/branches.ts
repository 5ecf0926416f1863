import type { Part } from "../../src/shared/thread";

/** A part, with those that came of it. */
export interface Branch {
  readonly part: Part;
  readonly nested: readonly Branch[];
}

/** What would be deeper is shown this deep, where no subagent is by itself. */
const DEEPEST = 50;

/** Puts the parts that a subagent made under the tool call that started it. */
export function branchesOf(parts: readonly Part[]): readonly Branch[] {
  const all = new Map(parts.map((part) => [part.id, { part, nested: [] as Growing[] }]));
  const parentOf = ({ part: { parent } }: Branch) =>
    parent === undefined ? undefined : all.get(parent);
  const circles = inCircles(all.values(), parentOf);
  const roots: Growing[] = [];
  for (const branch of all.values()) {
    const parent = circles.has(branch) ? undefined : parentOf(branch);
    (parent?.nested ?? roots).push(branch);
  }
  return notTooDeep(roots);
}

interface Growing extends Branch {
  readonly nested: Growing[];
}

/** The same tree, in which what is too deep stands beside what it is under, so that all can walk through it. */
function notTooDeep(roots: Growing[]): Growing[] {
  let level = roots;
  for (let depth = 1; depth < DEEPEST; depth++) level = level.flatMap(({ nested }) => nested);
  for (const { nested } of level) {
    const rest = nested.splice(0).toReversed();
    for (let next = rest.pop(); next; next = rest.pop()) {
      for (const under of next.nested.toReversed()) rest.push(under);
      next.nested.length = 0;
      nested.push(next);
    }
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
