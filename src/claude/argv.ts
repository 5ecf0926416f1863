export interface ClaudeOptions {
  /** The `claude` program inside the sandbox. */
  readonly path: string;
  /** Empty for the account's default. */
  readonly model: string;
  readonly permissionMode: string;
  readonly extraArgs: readonly string[];
}

/** The session to go on with, and whether in a new one that knows what was said in it. */
export interface Resume {
  readonly session: string;
  readonly fork: boolean;
}

/**
 * The command line of a headless Claude that reads prompts from stdin. A session remembers neither
 * its model nor its flags, so a resumed one is told all of them again.
 */
export const claudeArgv = (options: ClaudeOptions, resume: Resume | null): string[] => [
  options.path,
  "-p",
  ...["--input-format", "stream-json"],
  ...["--output-format", "stream-json"],
  "--verbose",
  "--include-partial-messages",
  ...["--permission-mode", options.permissionMode],
  ...(options.model ? ["--model", options.model] : []),
  ...(resume ? ["--resume", resume.session] : []),
  ...(resume?.fork ? ["--fork-session"] : []),
  ...options.extraArgs,
];
