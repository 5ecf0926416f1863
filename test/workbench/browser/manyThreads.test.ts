import assert from "node:assert/strict";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

/** Another window adds so many threads. */
const MANY = 300;

describe("the view of very many threads", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });

  before(function () {
    return suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  it("shows the first hundred, and more by a click", async () => {
    const { page } = suite.workbench;
    await new ThreadsTree(() => suite.workbench).show();
    await addThreads(
      suite.server,
      ...Array.from({ length: MANY }, (_, at) => ({ title: `Thread ${at}` })),
    );
    const tree = page.getByRole("tree", { name: "Threads" });
    const more = tree.getByRole("treeitem", { name: "Show More" });
    /** Goes to the end, where the row says how many are not shown. */
    const leftOut = async (count: number) => {
      const said = more.getByText(`${count} more`);
      for (const deadline = Date.now() + 30_000; !(await said.isVisible());) {
        assert.ok(Date.now() < deadline, `${count} more within 30 s`);
        await tree.press("End");
        await page.waitForTimeout(100);
      }
    };
    await leftOut(MANY - 100);
    await more.click();
    // It is behind a hundred more rows now, which are there.
    await more.waitFor({ state: "detached" });
    await leftOut(MANY - 200);
    await suite.workbench.screenshot("threads-many");
  });
});
