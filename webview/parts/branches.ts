import type { Part } from "../../src/shared/thread";

/** A part, with those that came of it. */
export interface Branch {
  readonly part: Part;
  readonly nested: readonly Branch[];
}

/** Puts the parts that a subagent made under the tool call that started it. */
export function branchesOf(parts: readonly Part[]): readonly Branch[] {
  const all = new Map(parts.map((part) => [part.id, { part, nested: [] as Branch[] }]));
  const parentOf = ({ parent }: Part) => (parent === undefined ? undefined : all.get(parent));
  const roots: Branch[] = [];
  for (const branch of all.values()) {
    const parent = isBelowItself(branch.part, parentOf) ? undefined : parentOf(branch.part);
    (parent?.nested ?? roots).push(branch);
  }
  return roots;
}

/** Such a part would be nowhere in the tree. */
function isBelowItself(part: Part, parentOf: (part: Part) => Branch | undefined): boolean {
  const seen = new Set<Branch>();
  for (let above = parentOf(part); above && !seen.has(above); above = parentOf(above.part)) {
    if (above.part === part) return true;
    seen.add(above);
  }
  return false;
}
