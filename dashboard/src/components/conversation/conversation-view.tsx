import { useState } from "react";
import { Facts } from "#components/facts";
import { JsonView } from "#components/json-view";
import type { Conversation, ToolOffer } from "#lib/conversation/conversation";
import { formatCount } from "#lib/format-number";
import { FoldedText } from "./folded-text";
import { TurnView } from "./turn-view";

/** The last ones are the ones that are looked for; those before them come by the click. */
const lastTurns = 40;
const stepTurns = 200;

/** A request and its answer as they are read: oldest first, tools with what they answered. */
export function ConversationView({ conversation }: { readonly conversation: Conversation }) {
  const { turns, answer, tools, settings } = conversation;
  const [count, setCount] = useState(lastTurns);
  const start = Math.max(0, turns.length - count);
  return (
    <div className="flex min-w-0 flex-col">
      <div className="flex flex-col gap-1 pb-1 text-sm text-muted">
        {settings.length > 0 && (
          <details>
            <summary className="w-fit rounded-sm hover:text-text">
              {settings.length} {settings.length === 1 ? "parameter" : "parameters"}
            </summary>
            <div className="py-2 text-text">
              <Facts
                facts={settings.map(([name, value]) => ({ name, value: <FoldedText text={shortJson(value)} mono /> }))}
              />
            </div>
          </details>
        )}
        {tools.length > 0 && <ToolOffers tools={tools} />}
      </div>
      {start > 0 && (
        <button
          type="button"
          onClick={() => setCount(count + stepTurns)}
          className="w-fit rounded-sm py-1 text-sm text-accent hover:underline"
        >
          Show {formatCount(Math.min(stepTurns, start))} of {formatCount(start)} earlier messages
        </button>
      )}
      <div className="flex flex-col divide-y divide-line">
        {[...turns.slice(start), ...answer].map((turn, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: counted from the end, which never moves
          <TurnView key={index - (turns.length - start)} turn={turn} />
        ))}
      </div>
    </div>
  );
}

function ToolOffers({ tools }: { readonly tools: readonly ToolOffer[] }) {
  return (
    <details>
      <summary className="w-fit rounded-sm hover:text-text">
        {tools.length} {tools.length === 1 ? "tool" : "tools"} offered
      </summary>
      <ul className="flex flex-col gap-2 py-2 text-text">
        {tools.map(({ name, description, schema }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat
          <li key={index} className="min-w-0">
            <span className="font-mono font-medium [overflow-wrap:anywhere]">{name}</span>
            {description !== "" && <FoldedText text={description} />}
            <details className="text-sm text-muted">
              <summary className="w-fit rounded-sm hover:text-text">Schema</summary>
              <JsonView value={schema} label={`Schema of ${name}`} />
            </details>
          </li>
        ))}
      </ul>
    </details>
  );
}

function shortJson(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? "");
}
