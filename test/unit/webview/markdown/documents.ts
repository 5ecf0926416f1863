/** Documents of all kinds of blocks and marks, the same at every run. Their words hold no marks. */
export function documents(count: number): string[] {
  let seed = 7;
  const below = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * limit);
  };
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const WORDS = ["alpha", "beta", "gamma, delta", "one (two)", "ε", "3", "end.", "“so”"];
  const words = (): string => Array.from({ length: 1 + below(3) }, () => pick(WORDS)).join(" ");

  const inline = (depth = 0): string => {
    const inner = (): string => (depth < 2 ? inline(depth + 1) : words());
    return pick<() => string>([
      words,
      words,
      () => `**${inner()}**`,
      () => `*${words()}*`,
      () => `__${words()}__`,
      () => `_${words()}_`,
      () => `~~${words()}~~`,
      () => `***${words()}***`,
      () => `\`${words()}\``,
      () => `\`\`${words()} \` x\`\``,
      () => `[${words()}](https://example.com/${below(99)})`,
      () => `[**${words()}**](https://example.com)`,
      () => `![${words()}](https://example.com/p.png)`,
      () => `**[${words()}](https://example.com)** ${words()}`,
      () => `**\`${words()}\`** ${words()}`,
      () => `<https://example.com/${below(99)}>`,
    ])();
  };
  const line = (): string => Array.from({ length: 1 + below(3) }, () => inline()).join(" ");
  const row = (): string => `| ${line()} | ${words()} |`;
  const block = (): string =>
    pick<() => string>([
      line,
      () => `${line()}\n${line()}`,
      () => `${"#".repeat(1 + below(4))} ${line()}`,
      () => `- ${line()}\n- ${line()}\n  - ${line()}`,
      () => `- [ ] ${line()}\n- [x] ${line()}`,
      () => `1. ${line()}\n2. ${line()}\n\n   ${line()}`,
      () => `> ${line()}\n> ${line()}`,
      () => `| ${words()} | ${words()} |\n|---|:-:|\n${row()}\n${row()}`,
      () => `${line()}\n\n| ${words()} | ${words()} |\n| --- | --- |\n${row()}`,
      () => `\`\`\`ts\nconst a = \`b\`;\n\n  ** | [c](d\n\`\`\``,
      () => `- ${words()}\n\n  \`\`\`\n  x ** y\n  \`\`\``,
      () => `~~~\n\`\`\`\n~~~`,
      () => "---",
    ])();
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + below(4) }, block).join("\n\n"),
  );
}
