import type { Completion, Finish, Item } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { createCollector } from "../collect";
import { isEmpty, setDefined, withoutFields } from "../fields";
import { InvalidAnswer, type ResponseFacts } from "../operation";
import { blocksOf, createBlockReader } from "./block-reader";
import { decodeStopReason } from "./stop-reason";
import { createUsageTally, type UsageTally } from "./usage";
import { keep } from "./wire";

/** Reads a whole answer. Throws InvalidAnswer when it is not a message. */
export function decodeResponse(body: Json): Completion {
  if (!isMessage(body)) throw new InvalidAnswer("it is not a message, for it has no content array");
  const tally = createUsageTally();
  tally.add(body.usage);
  const { id, model, usage, serviceTier } = headOf(body, tally);
  const completion: Draft<Completion> = {
    id,
    model,
    items: plainItems(body.content) ?? itemsOf(body.content),
    finishes: [finishOf(body)],
    extensions: answerExtensions(body, tally),
  };
  setDefined(completion, "usage", usage);
  setDefined(completion, "serviceTier", serviceTier);
  return completion;
}

function itemsOf(content: Json | undefined): readonly Item[] {
  const collector = createCollector();
  for (const [index, block] of blocksOf(content).entries()) {
    const reader = createBlockReader(block, index);
    for (const event of [...reader.start(), ...reader.stop()]) collector.push(event);
  }
  return collector.completion().items;
}

/**
 * Of an answer that is nothing but texts, as most are: what `itemsOf` would make of it, without the readers and events that
 * only a stream needs. Undefined for any other.
 */
function plainItems(content: Json | undefined): readonly Item[] | undefined {
  if (!isArray(content)) return undefined;
  const items: Item[] = [];
  for (let index = 0; index < content.length; index++) {
    const block = content[index];
    if (!isObject(block) || block.type !== "text" || typeof block.text !== "string") return undefined;
    if (isArray(block.citations) && block.citations.length > 0) return undefined;
    items.push({ choice: 0, index, kind: "text", text: block.text, citations: [], logprobs: [] });
  }
  return items;
}

/** Reads usage and finish reason alone. */
export function meterResponse(body: Json): ResponseFacts | undefined {
  if (!isMessage(body)) return undefined;
  const tally = createUsageTally();
  tally.add(body.usage);
  return factsOf(tally, stringOf(body, "stop_reason"), stringOf(body, "model"));
}

export function factsOf(tally: UsageTally, finishReason?: string, model?: string): ResponseFacts {
  const facts: Draft<ResponseFacts> = {};
  setDefined(facts, "usage", tally.usage());
  setDefined(facts, "serviceTier", tally.serviceTier());
  setDefined(facts, "finishReason", finishReason);
  setDefined(facts, "model", model);
  return facts;
}

export function isMessage(body: Json): body is JsonObject {
  return isObject(body) && isArray(body.content) && body.type !== "error";
}

/** What a message says about itself, whole or in `message_start`. */
export function headOf(message: JsonObject, tally: UsageTally): Head {
  const head: Draft<Head> = { id: stringOf(message, "id") ?? "", model: stringOf(message, "model") ?? "" };
  setDefined(head, "usage", tally.usage());
  setDefined(head, "serviceTier", tally.serviceTier());
  return head;
}

type Head = Pick<Completion, "id" | "model" | "usage" | "serviceTier">;

/** The finish in a message, or in the `delta` of a `message_delta`. */
export function finishOf(message: JsonObject): Finish {
  const raw = stringOf(message, "stop_reason");
  const finish: Draft<Finish> = { choice: 0, reason: decodeStopReason(raw) };
  setDefined(finish, "raw", raw);
  setDefined(finish, "stopSequence", stringOf(message, "stop_sequence"));
  setDefined(finish, "message", stringOf(objectOf(message, "stop_details") ?? {}, "explanation"));
  return finish;
}

const knownFields = ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"];

const nothing: Completion["extensions"] = {};

/** A message's other fields (`container`, `stop_details`…) and those of its usage. */
export function answerExtensions(message: JsonObject, tally: UsageTally): Completion["extensions"] {
  const fields = withoutFields(message, knownFields);
  const usage = tally.extras();
  return keep(isEmpty(usage) ? fields : { ...fields, usage }).extensions ?? nothing;
}
