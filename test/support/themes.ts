/** VS Code's own themes, one of each kind, with what its webviews and its windows call that kind. */
export const THEMES = {
  dark: { id: "Default Dark Modern", kind: "vscode-dark", ofWindow: "vs-dark" },
  light: { id: "Default Light Modern", kind: "vscode-light", ofWindow: "vs" },
  "high-contrast-dark": {
    id: "Default High Contrast",
    kind: "vscode-high-contrast",
    ofWindow: "hc-black",
  },
  "high-contrast-light": {
    id: "Default High Contrast Light",
    kind: "vscode-high-contrast-light",
    ofWindow: "hc-light",
  },
};

export type ThemeName = keyof typeof THEMES;

export const THEME_NAMES = Object.keys(THEMES) as ThemeName[];
