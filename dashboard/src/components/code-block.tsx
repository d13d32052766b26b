import { useState } from "react";
import { classNames } from "#lib/class-names";
import { formatCount } from "#lib/format-number";
import { CopyButton } from "./copy-button";

export type Snippet = { readonly name: string; readonly code: string };

/** As much as is read; all of it is copied. More at once would stop the page. */
const shownCharacters = 50_000;

/** Code to copy, one of several languages at a time. */
export function CodeBlock({
  snippets,
  label = "Snippet",
}: {
  readonly snippets: readonly Snippet[];
  readonly label?: string;
}) {
  const [chosen, setChosen] = useState(0);
  const current = snippets[chosen] ?? snippets[0];
  if (current === undefined) return null;
  return (
    <figure aria-label={label} className="min-w-0 overflow-hidden rounded-md border border-line bg-subtle">
      <div className="flex min-h-8 items-start border-b border-line py-0.5 pr-0.5 pl-1">
        <div className="flex min-w-0 flex-1 flex-wrap">
          {snippets.map(({ name }, index) => (
            <button
              key={name}
              type="button"
              aria-pressed={snippets.length > 1 ? name === current.name : undefined}
              onClick={() => setChosen(index)}
              className={classNames(
                "h-7 rounded-sm px-2 text-sm whitespace-nowrap hover:text-text",
                name === current.name ? "font-medium text-text" : "text-muted",
              )}
            >
              {name}
            </button>
          ))}
        </div>
        <CopyButton text={current.code} label={`Copy ${current.name}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre tabIndex={0} className="scroll-thin max-h-96 overflow-auto p-3 font-mono text-sm leading-5">
        <code>{current.code.slice(0, shownCharacters)}</code>
      </pre>
      {current.code.length > shownCharacters && (
        <p className="border-t border-line px-3 py-1 text-sm text-muted">
          {formatCount(current.code.length - shownCharacters)} more characters are copied with it.
        </p>
      )}
    </figure>
  );
}
