/**
 * What a program writes to steer a terminal: CSI sequences, whose parameters and final letter are
 * captured, then OSC and other strings with their ends, then sequences of two characters.
 */
export const ESCAPE =
  // eslint-disable-next-line no-control-regex
  /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|\u009b([0-?]*)[ -/]*([@-~])/g;

/** An output without what steers a terminal. */
export const withoutEscapes = (output: string): string => output.replace(ESCAPE, "");
