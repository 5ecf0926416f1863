/** Tests with the real CLI, which wait most of the time: they run at once. */
import { type ClaudeCli, installClaudeCli } from "./claudeCli";
import { type MessagesApi, startMessagesApi } from "./messagesApi";
import { RealClaude } from "./realClaude";
import { orSkip } from "./requirement";
import { wellFormed } from "./wellFormed";

/** How many at once; each is a process of 200 MB. */
const AT_ONCE = 4;

/**
 * Gives the suite an `it` whose tests have a Claude each, and run at once. Each ends with a well-formed
 * thread, and with nothing that we could not read.
 */
export function together(): (title: string, test: (claude: RealClaude) => Promise<void>) => void {
  const tests: ((cli: ClaudeCli, api: MessagesApi) => Promise<void>)[] = [];
  let results: readonly Promise<void>[] = [];
  let api: MessagesApi | undefined;

  before(async function () {
    this.timeout(180_000);
    const cli = await orSkip(this, installClaudeCli());
    const started = (api = await startMessagesApi());
    results = inLanes(tests.map((test) => () => test(cli, started)));
  });
  after(async () => {
    await Promise.allSettled(results);
    await api?.close();
  });

  return (title, test) => {
    const index = tests.push(async (cli, started) => {
      const claude = new RealClaude(cli, started);
      try {
        await test(claude);
        claude.end();
        await claude.gone();
        wellFormed(claude.conversation);
        if (claude.skipped.length > 0) throw new Error(`Skipped ${claude.skipped.join(", ")}`);
      } finally {
        await claude.dispose();
      }
    });
    it(title, () => results[index - 1]);
  };
}

/** Starts each test when the one before it in its lane is done. */
function inLanes(tests: readonly (() => Promise<void>)[]): Promise<void>[] {
  const lanes: Promise<void>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return tests.map((test, index) => {
    const result = (lanes[index % AT_ONCE] ?? Promise.resolve()).then(test);
    // Its own test tells of a failure.
    lanes[index % AT_ONCE] = result.catch(() => {});
    return result;
  });
}
