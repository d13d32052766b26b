import type { CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import type { JsonObject } from "#lib/json";
import type { AnswerContext } from "../translation";
import { writeUsage } from "./usage";
import { own } from "./wire";

/** Writes `chat.completion.chunk` events: the same head on each, the role on the first of every choice. */
type ChunkWriter = {
  /** Takes over what the provider says of the answer as a whole. */
  readonly begin: (event: Extract<CompletionEvent, { type: "start" }>) => void;
  /** One choice's delta; `rest` holds its finish reason or logprobs. */
  readonly delta: (choice: number, delta: JsonObject, rest?: JsonObject) => string;
  readonly hasBegun: (choice: number) => boolean;
  readonly usage: (usage: Usage) => string;
};

export function createChunkWriter(context: AnswerContext): ChunkWriter {
  const begun = new Set<number>();
  let head: JsonObject = { id: `chatcmpl-${context.id}`, object: "chat.completion.chunk", created: context.nowS };
  let firstOnly: JsonObject = {};

  const write = (choices: readonly JsonObject[], rest: JsonObject = {}): string => {
    const chunk = { ...firstOnly, ...head, choices, ...rest };
    firstOnly = {};
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };

  return {
    begin: (event) => {
      head = {
        ...head,
        ...(event.id !== "" && { id: event.id }),
        ...(event.createdS !== undefined && { created: event.createdS }),
        model: event.model,
        ...(event.serviceTier !== undefined && { service_tier: event.serviceTier }),
      };
      firstOnly = own(event.extensions);
    },
    delta: (choice, delta, rest = {}) => {
      const role = begun.has(choice) ? {} : { role: "assistant" };
      begun.add(choice);
      return write([{ index: choice, delta: { ...role, ...delta }, logprobs: null, finish_reason: null, ...rest }]);
    },
    hasBegun: (choice) => begun.has(choice),
    usage: (usage) => write([], { usage: writeUsage(usage) }),
  };
}
