import { useState } from "react";
import { classNames } from "#lib/class-names";
import { formatCount } from "#lib/format-number";

const firstCharacters = 1200;
const firstLines = 18;
/** More in one step would stop the page. */
const stepCharacters = 100_000;

/** Text as text, in the direction of its own script; what is long opens step by step. */
export function FoldedText({ text, mono = false }: { readonly text: string; readonly mono?: boolean }) {
  const [shown, setShown] = useState(() => firstEnd(text));
  const rest = text.length - shown;
  return (
    <div className="min-w-0">
      <div
        dir="auto"
        className={classNames(
          "min-w-0 [overflow-wrap:anywhere] [unicode-bidi:isolate] whitespace-pre-wrap",
          mono && "font-mono text-sm leading-5",
        )}
      >
        {rest > 0 ? `${text.slice(0, shown)}…` : text}
      </div>
      {rest > 0 && (
        <button
          type="button"
          onClick={() => setShown(Math.min(text.length, shown + stepCharacters))}
          className="mt-1 rounded-sm text-sm text-accent hover:underline"
        >
          Show {formatCount(Math.min(rest, stepCharacters))} more characters
        </button>
      )}
    </div>
  );
}

/** Folds only what is clearly longer, so that no fold hides two words. */
function firstEnd(text: string): number {
  if (text.length <= firstCharacters * 1.25 && text.split("\n", firstLines + 5).length <= firstLines + 4) {
    return text.length;
  }
  let end = 0;
  for (let line = 0; line < firstLines; line += 1) {
    const next = text.indexOf("\n", end + 1);
    if (next < 0 || next > firstCharacters) return firstCharacters;
    end = next;
  }
  return end;
}
