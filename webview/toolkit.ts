/** The toolkit's elements that we use. Here and in `toolkitElements.d.ts` is all that knows the toolkit. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeTextArea,
} from "@vscode/webview-ui-toolkit";

// vscode-badge must not join them: its template has an inline style, which our page forbids.
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextArea());
