import type { Completion } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { createCollector } from "../collect";
import { withoutFields } from "../fields";
import { InvalidAnswer, type ResponseFacts } from "../operation";
import { blocksOf, createBlockReader } from "./block-reader";
import { decodeStopReason } from "./stop-reason";
import { createUsageTally, type UsageTally } from "./usage";
import { compact, dialect } from "./wire";

/** Reads a whole answer. Throws InvalidAnswer when it is not a message. */
export function decodeResponse(body: Json): Completion {
  if (!isMessage(body)) throw new InvalidAnswer("it is not a message, for it has no content array");
  const collector = createCollector();
  for (const [index, block] of blocksOf(body.content).entries()) {
    const reader = createBlockReader(block, index);
    for (const event of [...reader.start(), ...reader.stop()]) collector.push(event);
  }
  const tally = createUsageTally();
  tally.add(body.usage);
  return {
    ...headOf(body, tally),
    items: collector.completion().items,
    finishes: [finishOf(body)],
    extensions: answerExtensions(body, tally),
  };
}

/** Reads usage and finish reason alone. */
export function meterResponse(body: Json): ResponseFacts | undefined {
  if (!isMessage(body)) return undefined;
  const tally = createUsageTally();
  tally.add(body.usage);
  return factsOf(tally, stringOf(body, "stop_reason"), stringOf(body, "model"));
}

export function factsOf(tally: UsageTally, finishReason?: string, model?: string): ResponseFacts {
  const usage = tally.usage();
  const serviceTier = tally.serviceTier();
  return {
    ...(usage && { usage }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(finishReason !== undefined && { finishReason }),
    ...(model !== undefined && { model }),
  };
}

export function isMessage(body: Json): body is JsonObject {
  return isObject(body) && isArray(body.content) && body.type !== "error";
}

/** What a message says about itself, whole or in `message_start`. */
export function headOf(message: JsonObject, tally: UsageTally) {
  const usage = tally.usage();
  const serviceTier = tally.serviceTier();
  return {
    id: stringOf(message, "id") ?? "",
    model: stringOf(message, "model") ?? "",
    ...(usage && { usage }),
    ...(serviceTier !== undefined && { serviceTier }),
  };
}

/** The finish in a message, or in the `delta` of a `message_delta`. */
export function finishOf(message: JsonObject) {
  const raw = stringOf(message, "stop_reason");
  const stopSequence = stringOf(message, "stop_sequence");
  return {
    choice: 0,
    reason: decodeStopReason(raw),
    ...(raw !== undefined && { raw }),
    ...(stopSequence !== undefined && { stopSequence }),
  };
}

const knownFields = ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"];

/** A message's other fields (`container`, `stop_details`…) and those of its usage. */
export function answerExtensions(message: JsonObject, tally: UsageTally): Completion["extensions"] {
  const extras = tally.extras();
  const fields = compact({
    ...withoutFields(message, knownFields),
    usage: Object.keys(extras).length > 0 ? extras : undefined,
  });
  return Object.keys(fields).length > 0 ? { [dialect]: fields } : {};
}
