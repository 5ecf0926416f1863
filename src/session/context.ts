/** What Claude is told of the file that a thread is about. */
import { fence } from "../shared/fence";
import { endOf, middleOf } from "./ends";
import { maskDeep, type Mask } from "./mask";

/** A file's text as its reader sees it now: the unsaved editor buffer, where there is one. */
export interface FileText {
  /** As VS Code calls it; "" where it is not known. */
  readonly language: string;
  /** All of it, or its beginning. */
  readonly text: string;
  /** Of a file that is too large to be read whole: its end, and the bytes before that. */
  readonly end?: { readonly text: string; readonly omitted: number };
  readonly unsaved: boolean;
  /** When the file on the disk was changed last, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** Why a file's text is not given. */
export type Withheld =
  "missing" | "binary" | "notInSandbox" | "leadsOut" | "unreadable" | "declined";

/** A place in a file that VS Code has marked. */
export interface FileProblem {
  readonly severity: "Error" | "Warning" | "Information" | "Hint";
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly source?: string | undefined;
}

/** A file as it is now. */
export interface FileNow {
  /** In the sandbox; from the workspace's folder for one that is not there. */
  readonly path: string;
  readonly content: FileText | Withheld;
  readonly problems: readonly FileProblem[];
}

/** How much of a file's beginning and of its end is sent, in UTF-16 units; Claude can read the rest itself. */
export const HEAD = 80_000;
export const TAIL = 20_000;

/** At least so much of the end of a large file is not kept, in UTF-16 units: few secrets are longer. */
const CUT_OFF = 4096;

/** How many problems are told, and how much of each in UTF-16 units. */
const PROBLEMS = 50;
const MESSAGE = 500;

/**
 * The same file for the thread, masked as far as something of it may be cut. Of an end that was read by
 * itself the beginning is left out, which may be the rest of a secret. Rejects as `mask`.
 */
export async function maskedFile(file: FileNow, mask: Mask): Promise<FileNow> {
  const { content, problems } = file;
  const told = gravest(problems);
  return {
    ...file,
    content: typeof content === "string" ? content : await maskedText(content, mask),
    problems: [...(await maskDeep(told.slice(0, PROBLEMS), mask)), ...told.slice(PROBLEMS)],
  };
}

async function maskedText(content: FileText, mask: Mask): Promise<FileText> {
  const { text, end } = await maskDeep(content, mask);
  return {
    ...content,
    text,
    ...(end && { end: { ...end, text: endOf(end.text, end.text.length - CUT_OFF) } }),
  };
}

/** The file, in words and with its text. */
export function fileContext({ path, content }: FileNow): string {
  const about = `This conversation is about the file ${path}.`;
  if (typeof content === "string") return `${about} ${WITHHELD[content]}`;
  const { language, text, end, unsaved } = content.end ? content : shortened(content);
  return [
    about,
    unsaved
      ? "Its present content follows, with changes that are not saved yet, so the file on the disk differs:"
      : "Its present content follows:",
    fence(text, language),
    ...(end
      ? [
          `Here ${end.omitted} bytes are left out, since the file is too long. Read it for what is missing. It ends with:`,
          fence(end.text, language),
        ]
      : []),
  ].join("\n\n");
}

const WITHHELD: Readonly<Record<Withheld, string>> = {
  missing: "There is no such file at present: it was deleted or moved, or is not saved yet.",
  binary: "It is not a text, so its content is not given here.",
  notInSandbox: "It is outside of the folder that is in the sandbox, so you cannot read it.",
  leadsOut:
    "It is a link that leads out of the workspace or to nothing, so its content is not given here and is not in the sandbox.",
  unreadable: "It could not be read, so its content is not given here.",
  declined:
    "It probably holds secrets, and the user does not want you to have its content. Do not read it.",
};

function shortened(content: FileText): FileText {
  const { text } = content;
  if (text.length <= HEAD + TAIL) return content;
  const { at, to } = middleOf(text, HEAD, TAIL);
  const omitted = Buffer.byteLength(text.slice(at, to));
  return { ...content, text: text.slice(0, at), end: { text: text.slice(to), omitted } };
}

/** What VS Code finds wrong in the file; "" for nothing, and where its text is not given. */
export function problemsContext({ path, content, problems }: FileNow): string {
  if (typeof content === "string" || problems.length === 0) return "";
  const more = problems.length - PROBLEMS;
  return [
    `The editor reports these problems in ${path} at present:`,
    ...gravest(problems).slice(0, PROBLEMS).map(problemLine),
    ...(more > 0 ? [`and ${more} more.`] : []),
  ].join("\n");
}

/** The gravest first. */
const gravest = (problems: readonly FileProblem[]): readonly FileProblem[] =>
  [...problems].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.line - b.line,
  );

const SEVERITIES = ["Error", "Warning", "Information", "Hint"] as const;

function problemLine({ severity, line, message, source }: FileProblem): string {
  const said = message.replace(/\s+/g, " ").trim();
  const cut = said.length > MESSAGE ? `${said.slice(0, MESSAGE)}…` : said;
  return `- ${severity}, line ${line}: ${cut}${source ? ` (${source})` : ""}`;
}
