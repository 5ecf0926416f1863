/** The port to where a command runs. */

/** How a process ended. `failure` is set when it could not even be started. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last 64 kB of what it said on stderr. */
  readonly stderr: string;
  readonly failure?: NodeJS.ErrnoException;
}

export interface SandboxProcess {
  /** Bytes as they come; a chunk may end anywhere, inside a character too. Ends when the process does. */
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Resolves when the text is handed over. A process that is gone takes nothing and says so by its exit. */
  write(text: string): Promise<void>;
  /** Closes stdin. */
  end(): void;
  /** Ends the client's whole process group at once. What runs inside the sandbox may live on. */
  kill(): void;
  /** Never rejects; resolves once stdout is at its end too. */
  readonly exited: Promise<Exit>;
}

export interface ExecOptions {
  /** Variables for the command inside. They never appear on a command line. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface SandboxRuntime {
  /** Where commands run, for people: "Docker sandbox my-app", "Demo". */
  readonly label: string;
  /** The workspace's path inside. Commands start there. */
  readonly workspace: string;
  /** Runs a command inside: an argv, never a shell string. */
  exec(argv: readonly string[], options?: ExecOptions): SandboxProcess;
}
