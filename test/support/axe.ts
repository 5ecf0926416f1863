import { source, type AxeResults } from "axe-core";
import type { Locator } from "playwright-core";

/**
 * What axe finds wrong in the page that an element is in, each as a line: the rule, the element and
 * what is the matter with it. It is asked for all that it knows, its best practices too, unless for
 * some rules alone.
 */
export async function violations(inPage: Locator, only?: readonly string[]): Promise<string[]> {
  if (!(await inPage.evaluate(() => "axe" in window))) await inPage.evaluate(source);
  const options = { resultTypes: ["violations"], ...(only && { runOnly: [...only] }) };
  return inPage.evaluate(async (_, options) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    const { violations } = await axe.run(options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary ?? ""}`),
    );
  }, options);
}
