/** A style sheet, which the bundler puts into `webview.css`. */
declare module "*.css";
