import type { Citation, CompletionEvent, Logprob } from "#core/completion";
import { arrayOf, isArray, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { readLogprobs } from "../openai-logprobs";
import { readSignature } from "./call-signature";
import { readAnnotation } from "./citations";
import { type ChoiceOutput, createTextItemDecoder, type TextItemDecoder } from "./decode-text-items";
import { createToolCallDecoder } from "./decode-tool-calls";
import { isParts, plainContent, saysCall } from "./delta-output";
import { readDetail } from "./reasoning-details";
import { dialect } from "./wire";

/** Turns the deltas of one choice into items. A whole answer's message is read as a single delta. */
export type ChoiceDecoder = {
  readonly push: (delta: JsonObject, logprobs: Json | undefined) => readonly CompletionEvent[];
  /** Ends every open item. */
  readonly close: () => readonly CompletionEvent[];
  readonly calledTools: () => boolean;
};

/** `callIdSeed` makes ids for tool calls that came without one; `sources` are those of the answer as a whole. */
export function createChoiceDecoder(
  choice: number,
  callIdSeed: string,
  sources: () => readonly Citation[],
): ChoiceDecoder {
  let nextIndex = 0;
  let events: CompletionEvent[] = [];
  const output: ChoiceOutput = { emit: (event) => void events.push(event), allot: () => nextIndex++ };
  const texts = createTextItemDecoder(choice, output, sources);
  const calls = createToolCallDecoder(choice, callIdSeed, output);
  const others = createOpaqueDecoder(choice, output);

  return {
    push: (delta, logprobs) => {
      events = [];
      const probs = isObject(logprobs) ? logprobs : {};
      pushReasoning(texts, delta);
      pushContent(texts, delta.content, readLogprobs(probs.content));
      for (const citation of arrayOf(delta, "annotations").map(readAnnotation)) if (citation) texts.citation(citation);
      texts.text("refusal", stringOf(delta, "refusal") ?? "", readLogprobs(probs.refusal));
      const called = callsIn(delta);
      const signature = readSignature(delta);
      if (signature !== undefined) texts.signed(signature);
      if (called.length > 0) texts.close();
      for (const entry of called) calls.push(entry);
      const rest = otherFields(delta);
      if (rest) others.push(rest);
      return events;
    },
    close: () => {
      events = [];
      texts.close();
      calls.close();
      // No text is left to stand on: kept for clients of this dialect, and named to the others.
      const uncited = texts.uncited().flatMap(({ url }) => url ?? []);
      if (uncited.length > 0) others.push({ citations: uncited });
      others.close();
      return events;
    },
    calledTools: () => calls.count() > 0,
  };
}

/** Typed blocks where there are any; the plain text beside them says the same. */
function pushReasoning(texts: TextItemDecoder, delta: JsonObject): void {
  const plain = stringOf(delta, "reasoning_content") ?? stringOf(delta, "reasoning") ?? "";
  const entries = arrayOf(delta, "reasoning_details").map(readDetail);
  const details = entries.filter((detail) => detail !== undefined);
  if (details.every((detail) => detail.text === "")) texts.text("reasoning", plain);
  for (const { text, block, state, isSummary } of details) texts.reasoning(text, block, state, isSummary);
}

function pushContent(texts: TextItemDecoder, content: Json | undefined, logprobs: readonly Logprob[]): void {
  if (!isParts(content)) texts.text("text", plainContent(content), logprobs);
  else
    for (const part of content)
      if (part.type === "thinking") for (const text of thinkingTexts(part)) texts.text("reasoning", text);
      else texts.text("text", stringOf(part, "text") ?? "", logprobs);
}

/** Calls of functions, legacy ones too, and of custom tools. */
function callsIn(delta: JsonObject): readonly JsonObject[] {
  const entries = arrayOf(delta, "tool_calls").filter(isObject);
  const legacy = saysCall(delta.function_call) ? [{ index: 0, function: delta.function_call }] : [];
  const says = (entry: JsonObject) => saysCall(entry.function) || saysCall(entry.custom) || Boolean(entry.id);
  return [...entries.filter(says), ...legacy];
}

/** All that only this dialect knows goes into one item of the choice. */
function createOpaqueDecoder(choice: number, { emit, allot }: ChoiceOutput) {
  let index: number | undefined;
  return {
    push: (value: JsonObject) => {
      if (index !== undefined) return emit({ type: "opaque-delta", choice, index, value });
      index = allot();
      return emit({ type: "item-start", choice, index, kind: "opaque", dialect, value });
    },
    close: () => {
      if (index !== undefined) emit({ type: "item-end", choice, index });
    },
  };
}

/** Mistral's reasoning: `{type: "thinking", thinking: [{type: "text", text}]}` among the content. */
function thinkingTexts(part: JsonObject): readonly string[] {
  if (typeof part.thinking === "string") return [part.thinking];
  return arrayOf(part, "thinking")
    .filter(isObject)
    .map((piece) => stringOf(piece, "text") ?? "");
}

const knownFields: ReadonlySet<string> = new Set([
  "role",
  "content",
  "refusal",
  "annotations",
  "tool_calls",
  "function_call",
  "reasoning",
  "reasoning_content",
  "reasoning_details",
  "extra_content",
]);

/** Audio, images and whatever else a message can hold: kept as it is, for clients of this dialect. */
function otherFields(delta: JsonObject): JsonObject | undefined {
  const rest = Object.entries(delta).filter(
    ([key, value]) => !knownFields.has(key) && (isObject(value) || (isArray(value) && value.length > 0)),
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
