import { randomBytes } from "node:crypto";
import { languageTag, spokenLanguage } from "../shared/language";

/**
 * The webview's page: our script and style, by a nonce, and nothing from anywhere else. `own` is the
 * address of a bundle, and `source` is how a policy names where these come from.
 */
export function page(own: (file: string) => string, source: string): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `img-src ${source} data:`,
    `font-src ${source}`,
    `style-src ${source} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    // These do not follow from `default-src`.
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${languageTag()}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${own("webview.css")}">
    <title>Sandbox Chat</title>
  </head>
  <body>
    <div id="root"></div>
    <script type="application/json" id="texts">${json(spokenLanguage()?.texts ?? {})}</script>
    <script nonce="${nonce}" src="${own("webview.js")}"></script>
  </body>
</html>`;
}

/** JSON that nothing in it can end the script with. A script of data is not run, so it needs no nonce. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");
