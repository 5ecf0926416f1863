export interface ClaudeOptions {
  /** The `claude` program inside the sandbox. */
  readonly path: string;
  /** Empty for the account's default. */
  readonly model: string;
  readonly permissionMode: string;
  readonly extraArgs: readonly string[];
}

/**
 * The command line of a headless Claude that reads prompts from stdin. A session remembers neither
 * its model nor its flags, so a resumed one is told all of them again.
 */
export const claudeArgv = (options: ClaudeOptions, resume: string | null): string[] => [
  options.path,
  "-p",
  ...["--input-format", "stream-json"],
  ...["--output-format", "stream-json"],
  "--verbose",
  "--include-partial-messages",
  ...["--permission-mode", options.permissionMode],
  ...(options.model ? ["--model", options.model] : []),
  ...(resume ? ["--resume", resume] : []),
  ...options.extraArgs,
];
