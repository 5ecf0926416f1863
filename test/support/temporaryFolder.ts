import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder for each test of the present suite, gone after it. Returns where the present one is. */
export function temporaryFolder(): () => string {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), "sandbox-chat-"));
  });
  // A process that was just ended may still write its last.
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return () => folder;
}
