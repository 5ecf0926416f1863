/** Text that others wrote, for places in which VS Code would read marks in it. */

/** For a notification, in which `[text](address)` would become a link, and even run a command. */
export const unlinked = (text: string): string => text.replaceAll("](", "] (");

/** For a row of a quick pick, in which `$(name)` would become an icon. A joiner of no width is between. */
export const withoutIcons = (text: string): string => text.replaceAll("$(", "$\u2060(");

/**
 * For Markdown in which all its marks are escaped: addresses alone would still become links. A joiner
 * of no width is in each.
 */
export const unmarked = (text: string): string =>
  text.replace(/(?<=:)(?=\/\/)|(?<=www)(?=\.)|(?=@)/gi, "\u2060");
