/** A path that a rule of `HOST_RULES` is about. */
export const exampleOf = (rule: string): string =>
  rule
    .replace(/^\//, "")
    .replace("**", "a/b.txt")
    .replace(/\{([^,}]*)[^}]*\}/g, "$1")
    .replace("y*ml", "yaml")
    .replaceAll("*", "x");

/** Settings by which git runs a program, as somebody would set them. */
export const RUN_BY_GIT: readonly (readonly [key: string, value: string])[] = [
  ["core.fsmonitor", "touch ran"],
  ["core.hooksPath", "hooks"],
  ["core.sshCommand", "touch ran"],
  ["core.editor", "touch ran"],
  ["core.pager", "touch ran"],
  ["core.askPass", "touch ran"],
  ["include.path", "../included"],
  ["alias.st", "!touch ran"],
  ["diff.external", "touch ran"],
  ["diff.x.textconv", "touch ran"],
  ["filter.x.clean", "touch ran"],
  ["filter.x.smudge", "touch ran"],
  ["filter.x.process", "touch ran"],
  ["merge.x.driver", "touch ran"],
  ["credential.helper", "!touch ran"],
  ["gpg.program", "touch ran"],
  ["sequence.editor", "touch ran"],
  ["remote.x.uploadpack", "touch ran"],
  ["remote.x.url", "ext::touch ran"],
];
