import type { Button, TextArea } from "@vscode/webview-ui-toolkit";
import type { HTMLAttributes } from "preact";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "vscode-button": HTMLAttributes<Button> & {
        appearance?: "primary" | "secondary" | "icon";
        disabled?: boolean;
      };
      "vscode-text-area": HTMLAttributes<TextArea> & {
        placeholder?: string;
        resize?: "none" | "both" | "horizontal" | "vertical";
        rows?: number;
        value?: string;
      };
    }
  }
}
