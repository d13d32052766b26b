import type { CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import type { JsonObject } from "#lib/json";
import { servedTier } from "../served-tier";
import type { AnswerContext } from "../translation";
import { writeUsage } from "./usage";
import { own } from "./wire";

/** Writes `chat.completion.chunk` events: the same head on each, the role on the first of every choice. */
type ChunkWriter = {
  /** Takes over what the provider says of the answer as a whole. */
  readonly begin: (event: Extract<CompletionEvent, { type: "start" }>) => void;
  /** One choice's delta; `rest` holds its finish reason or logprobs. */
  readonly delta: (choice: number, delta: JsonObject, rest?: JsonObject) => string;
  /** A delta of a choice that has begun, with one text in it and nothing else. */
  readonly text: (choice: number, field: TextField, text: string) => string;
  readonly hasBegun: (choice: number) => boolean;
  readonly usage: (usage: Usage) => string;
};

export type TextField = "content" | "refusal";

/** A chunk's text around the one that changes from token to token. */
type TextFrame = {
  readonly choice: number;
  readonly field: TextField;
  readonly before: string;
  readonly after: string;
};

export function createChunkWriter(context: AnswerContext): ChunkWriter {
  const begun = new Set<number>();
  let head: JsonObject = { id: `chatcmpl-${context.id}`, object: "chat.completion.chunk", created: context.nowS };
  let firstOnly: JsonObject = {};
  /** Of the last chunk with nothing but a text. */
  let frame: TextFrame | undefined;

  const write = (choices: readonly JsonObject[], rest: JsonObject = {}): string => {
    const chunk = { ...firstOnly, ...head, choices, ...rest };
    firstOnly = {};
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };

  const delta = (choice: number, fields: JsonObject, rest: JsonObject = {}): string => {
    const role = begun.has(choice) ? {} : { role: "assistant" };
    begun.add(choice);
    return write([{ index: choice, delta: { ...role, ...fields }, logprobs: null, finish_reason: null, ...rest }]);
  };

  const frameOf = (choice: number, field: TextField): TextFrame => {
    if (frame?.choice === choice && frame.field === field) return frame;
    const chunk = delta(choice, { [field]: "" });
    // The last one: what stands before it is the provider's.
    const open = chunk.lastIndexOf('""') + 1;
    frame = { choice, field, before: chunk.slice(0, open - 1), after: chunk.slice(open + 1) };
    return frame;
  };

  return {
    begin: (event) => {
      frame = undefined;
      head = {
        ...head,
        ...(event.id !== "" && { id: event.id }),
        ...(event.createdS !== undefined && { created: event.createdS }),
        model: event.model,
        ...(event.serviceTier !== undefined && { service_tier: servedTier(event.serviceTier) }),
      };
      firstOnly = own(event.extensions);
    },
    delta,
    text: (choice, field, text) => {
      if (!begun.has(choice)) return delta(choice, { [field]: text });
      const { before, after } = frameOf(choice, field);
      return before + JSON.stringify(text) + after;
    },
    hasBegun: (choice) => begun.has(choice),
    usage: (usage) => write([], { usage: writeUsage(usage) }),
  };
}
