import type { JSX } from "preact";
import { useCopy } from "../hooks/useCopy";
import { Icon } from "../icon";

/** A block of code with its language and a button that copies it. */
export function CodeBlock({ language, text }: { language: string; text: string }): JSX.Element {
  const [copied, copy] = useCopy(text);
  return (
    <div class="code">
      <div class="code-head">
        <span class="language">{language}</span>
        <button type="button" class="quiet-button" onClick={copy}>
          <Icon name={copied ? "check" : "copy"} />
          {copied ? "Copied" : "Copy"}
        </button>
      </div>
      <pre>
        <code>{text}</code>
      </pre>
    </div>
  );
}
