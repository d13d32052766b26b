import type { ReactNode } from "react";
import type { Part, ToolCall, ToolResult } from "#lib/conversation/conversation";
import { isObject, tryParse } from "#lib/json";
import { FoldedText } from "./folded-text";

type ShowPart = (part: Part, key: number) => ReactNode;

/** A call with what came back for it. */
export function ToolCallView({ call, showPart }: { readonly call: ToolCall; readonly showPart: ShowPart }) {
  return (
    <div className="min-w-0 overflow-hidden rounded-md border border-line">
      <div className="flex items-baseline gap-2 border-b border-line bg-subtle px-2 py-1 text-sm">
        <span className="text-muted">calls</span>
        <span className="min-w-0 truncate font-mono font-medium">{call.name}</span>
        {call.id !== call.name && <span className="ml-auto truncate font-mono text-xs text-faint">{call.id}</span>}
      </div>
      <div className="px-2 py-1.5">
        <FoldedText text={indented(call.input)} mono />
      </div>
      {call.result !== undefined && <ToolResultView result={call.result} showPart={showPart} inside />}
    </div>
  );
}

type ResultProps = { readonly result: ToolResult; readonly showPart: ShowPart; readonly inside?: boolean };

export function ToolResultView({ result, showPart, inside = false }: ResultProps) {
  return (
    <div className={inside ? "border-t border-line" : "overflow-hidden rounded-md border border-line"}>
      <div className="flex gap-2 bg-subtle px-2 py-1 text-sm text-muted">
        {result.failed ? <span className="text-bad">answers with an error</span> : "answers"}
        {!inside && <span className="ml-auto truncate font-mono text-xs text-faint">{result.id}</span>}
      </div>
      <div className="flex flex-col gap-2 px-2 py-1.5">
        {result.parts.length === 0 && <span className="text-faint">nothing</span>}
        {result.parts.map((part, index) =>
          part.kind === "text" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
            <FoldedText key={index} text={indented(part.text)} mono />
          ) : (
            showPart(part, index)
          ),
        )}
      </div>
    </div>
  );
}

/** JSON of a line on several lines; anything else as it is. */
function indented(text: string): string {
  if (text.length > 200_000) return text;
  const value = tryParse(text);
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value, undefined, 2) : text;
}
