/** VS Code's own themes, one of each kind, with what its webviews call that kind. */
export const THEMES = {
  dark: { id: "Dark Modern", kind: "vscode-dark", file: "dark_modern" },
  light: { id: "Light Modern", kind: "vscode-light", file: "light_modern" },
  "high-contrast-dark": {
    id: "Default High Contrast",
    kind: "vscode-high-contrast",
    file: "hc_black",
  },
  "high-contrast-light": {
    id: "Default High Contrast Light",
    kind: "vscode-high-contrast-light",
    file: "hc_light",
  },
};

export type ThemeName = keyof typeof THEMES;

export const THEME_NAMES = Object.keys(THEMES) as ThemeName[];
