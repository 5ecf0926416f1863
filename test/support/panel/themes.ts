/** VS Code's themes as its webviews have them, recorded from the workbench. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths";
import type { ThemeName } from "../themes";

/** What VS Code puts on a webview's page for a theme. */
export interface WebviewTheme {
  /** The variables on the root element, such as `--vscode-editor-background`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The classes and the `data-` attributes of the body. */
  readonly classes: readonly string[];
  readonly data: Readonly<Record<string, string>>;
}

const folder = join(root, "test/fixtures/themes");

export const themeFile = (name: ThemeName): string => join(folder, `${name}.json`);

/** VS Code's own style of every webview. */
export const defaultStyleFile = join(folder, "default.css");

export const recordedTheme = (name: ThemeName): WebviewTheme =>
  JSON.parse(readFileSync(themeFile(name), "utf8")) as WebviewTheme;

/** Reads the theme that the present page has. Runs in the page. */
export function themeOfPage(): WebviewTheme {
  const { style } = document.documentElement;
  const variables = Array.from(style, (name) => [name, style.getPropertyValue(name)] as const);
  return {
    variables: Object.fromEntries(variables.sort(([one], [other]) => (one < other ? -1 : 1))),
    classes: [...document.body.classList].sort(),
    data: Object.fromEntries(Object.entries(document.body.dataset).map(([k, v]) => [k, v ?? ""])),
  };
}

/** Gives the present page a theme, as VS Code does. Runs in the page. */
export function applyTheme({ variables, classes, data }: WebviewTheme): void {
  const { documentElement, body } = document;
  documentElement.style.cssText = "";
  for (const [name, value] of Object.entries(variables))
    documentElement.style.setProperty(name, value);
  body.className = classes.join(" ");
  Object.assign(body.dataset, data);
}

/** Reads the style that VS Code gives every webview. Runs in the page. */
export function defaultStyleOfPage(): string {
  const lines = document.getElementById("_defaultStyles")?.textContent.split("\n") ?? [];
  return `${lines
    .map((line) => line.replace(/^\t\t/, "").trimEnd())
    .join("\n")
    .trim()}\n`;
}
