/** Where a link leads, and what about it could deceive. */
import { t } from "@vscode/l10n";
import { withoutInvisible } from "../shared/invisible";

export interface LinkTarget {
  /** The whole address as a browser reads it: its host in ASCII, so that no letter passes for another. */
  readonly href: string;
  /** "This link leads to example.com." */
  readonly title: string;
  /** Why its reader should look at the address first, in sentences. */
  readonly doubts: readonly string[];
}

/**
 * The target of a link with that text.
 * @throws With a sentence for its reader, for what leads anywhere else than to the web or a mail, and for
 *   an address with a user name, which can pass for the host.
 */
export function linkTarget(url: string, text: string): LinkTarget {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target?.username || target?.password)
    throw new Error(
      t("A link with a user name in its address isn’t opened: that can look like where it leads."),
    );
  switch (target?.protocol) {
    case "mailto:":
      return {
        href: target.href,
        title: target.pathname
          ? t("This link writes a mail to {0}.", decoded(target.pathname))
          : t("This link writes a mail to nobody yet."),
        doubts: [
          target.search
            ? t("It fills in more of the mail than its address. Read it before you send it.")
            : t("Your mail program opens with a new mail."),
        ],
      };
    case "http:":
    case "https:":
      return {
        href: target.href,
        title: t("This link leads to {0}.", target.hostname),
        doubts: doubtsOf(target, text),
      };
    default:
      throw new Error(t("Only links to the web and to mail addresses can be opened."));
  }
}

function doubtsOf({ hostname }: URL, text: string): readonly string[] {
  const named = hostIn(text);
  return [
    ...(named !== undefined && bare(named) !== bare(hostname)
      ? [t("Its text names another place: {0}.", named)]
      : []),
    ...(/(?:^|\.)xn--/.test(hostname)
      ? [
          t(
            "The name has letters of other alphabets, which can look like those of a name that you know.",
          ),
        ]
      : []),
  ];
}

/** The host that a text names, in ASCII, if an address is all that it is. */
function hostIn(text: string): string | undefined {
  const address = withoutInvisible(text).trim();
  const [, scheme] = /^(https?:\/\/)?[^\s/:?#]+(?:[/:?#]\S*)?$/iu.exec(address) ?? [];
  const url = scheme ? address : `http://${address}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return scheme || /\.[a-z][a-z0-9-]+$/i.test(hostname) ? hostname : undefined;
}

const bare = (hostname: string): string => hostname.replace(/^www\./, "").replace(/\.$/, "");

const decoded = (address: string): string => {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
};
