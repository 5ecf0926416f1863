/** VS Code's own themes, one of each kind. */
export const THEMES = {
  dark: { id: "Default Dark Modern", kind: "vscode-dark" },
  light: { id: "Default Light Modern", kind: "vscode-light" },
  "high-contrast-dark": { id: "Default High Contrast", kind: "vscode-high-contrast" },
  "high-contrast-light": {
    id: "Default High Contrast Light",
    kind: "vscode-high-contrast-light",
  },
};
