import { startProcess } from "../../src/sandbox/childProcess";
import type { ExecOptions, SandboxRuntime } from "../../src/sandbox/runtime";

/**
 * A runtime that runs the real CLI right here, which only a test may do: its Claude is one that a
 * script on the loopback speaks for, and its home is a folder of the test's own.
 */
export class LocalClaude implements SandboxRuntime {
  readonly label = "The CLI itself";
  readonly started: (readonly string[])[] = [];

  constructor(
    private readonly program: string,
    readonly workspace: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  exec(argv: readonly string[], { env = {} }: ExecOptions = {}) {
    const [program = "", ...args] = argv;
    const isClaude = program === "claude";
    if (isClaude) this.started.push(argv);
    return startProcess([isClaude ? this.program : program, ...args], {
      env: { ...this.environment, ...env },
      cwd: this.workspace,
    });
  }
}
