import type { Part } from "../../src/shared/thread";

/** A part, with those that came of it. */
export interface Branch {
  readonly part: Part;
  readonly nested: readonly Branch[];
}

/** Puts the parts that a subagent made under the tool call that started it. */
export function branchesOf(parts: readonly Part[]): readonly Branch[] {
  const all = new Map(parts.map((part) => [part.id, { part, nested: [] as Branch[] }]));
  const roots: Branch[] = [];
  for (const branch of all.values()) {
    const parent = branch.part.parent === undefined ? undefined : all.get(branch.part.parent);
    (parent?.nested ?? roots).push(branch);
  }
  return roots;
}
