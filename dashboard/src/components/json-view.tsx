import { useMemo, useState } from "react";
import { Button } from "./button";
import { CopyButton } from "./copy-button";

/** What is shown at once; megabytes in one element would stop the page. */
const firstCharacters = 20_000;

/** A value or a text of JSON, indented, as text alone: nothing in it becomes markup or a link. */
export function JsonView({ value, label = "JSON" }: { readonly value: unknown; readonly label?: string }) {
  const text = useMemo(() => indented(value), [value]);
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > firstCharacters;
  const shown = cut ? text.slice(0, firstCharacters) : text;
  return (
    <div className="relative min-w-0 rounded-md border border-line bg-subtle">
      <div className="absolute top-1 right-1 bg-subtle">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
        role="region"
        aria-label={label}
        className="scroll-thin max-h-[60dvh] overflow-auto p-3 font-mono text-sm leading-5 break-words whitespace-pre-wrap"
      >
        {withVisibleControls(shown)}
      </pre>
      {cut && (
        <Button kind="quiet" className="m-1" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString()} characters
        </Button>
      )}
    </div>
  );
}

/** Characters that turn the order of others are written as JSON may write them, for bytes are looked at here. */
function withVisibleControls(text: string): string {
  return text.replaceAll(
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function indented(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, undefined, 2) ?? "";
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    return value;
  }
}
