import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Visible } from "../visible";
import { chunksOf } from "./chunks";

interface PlainTextProps {
  text: string;
  /** What the text is, for the style sheet. */
  field?: string | undefined;
}

/** Text as it is. Of a very long one only what is in sight is laid out. */
export function PlainText({ text, field }: PlainTextProps): JSX.Element {
  const chunks = useMemo(() => chunksOf(text), [text]);
  return (
    <pre class="plain" data-field={field}>
      {chunks.length < 2 ? (
        <Visible text={text} />
      ) : (
        chunks.map((chunk, index) => (
          <span class="chunk" key={index}>
            <Visible text={chunk} />
          </span>
        ))
      )}
    </pre>
  );
}
