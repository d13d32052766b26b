import type { ReactNode } from "react";
import { JsonView } from "#components/json-view";
import { classNames } from "#lib/class-names";
import type { Part, Turn } from "#lib/conversation/conversation";
import { FoldedText } from "./folded-text";
import { MediaPart } from "./media-part";
import { ToolCallView, ToolResultView } from "./tool-call-view";

/** Who said what. */
export function TurnView({ turn }: { readonly turn: Turn }) {
  return (
    <article className="grid grid-cols-1 gap-x-4 gap-y-1 py-3 sm:grid-cols-[88px_minmax(0,1fr)]">
      <h3
        className={classNames(
          "min-w-0 truncate text-sm font-medium",
          turn.role === "error" ? "text-bad" : turn.role === "assistant" ? "text-accent" : "text-muted",
        )}
      >
        {turn.role}
        {turn.name !== undefined && <span className="block truncate font-normal text-faint">{turn.name}</span>}
      </h3>
      <div className="flex min-w-0 flex-col gap-2">
        {turn.parts.length === 0 && <span className="text-faint">nothing</span>}
        {turn.parts.map(showPart)}
      </div>
    </article>
  );
}

function showPart(part: Part, key: number): ReactNode {
  switch (part.kind) {
    case "text":
      return <FoldedText key={key} text={part.text} />;
    case "reasoning":
      return (
        <details key={key} className="min-w-0 text-muted">
          <summary className="w-fit rounded-sm text-sm hover:text-text">Reasoning</summary>
          <div className="mt-1 border-l-2 border-line pl-3">
            <FoldedText text={part.text} />
          </div>
        </details>
      );
    case "call":
      return <ToolCallView key={key} call={part} showPart={showPart} />;
    case "result":
      return <ToolResultView key={key} result={part} showPart={showPart} />;
    case "media":
      return <MediaPart key={key} what={part.what} source={part.source} />;
    case "other":
      return <JsonView key={key} value={part.value} label="Part" />;
  }
}
