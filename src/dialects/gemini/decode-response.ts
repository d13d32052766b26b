import type { Completion } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf, typeName } from "#lib/json";
import { createCollector } from "../collect";
import { setDefined } from "../fields";
import { EmptyAnswer, InvalidAnswer, type ResponseFacts } from "../operation";
import { failureOfWhole, withUsage } from "../read-failure";
import { ChunkReader, isChunk } from "./chunk-reader";
import { createUsageTally, usageOf } from "./usage";

/** Reads a whole answer. It decodes to what it would have streamed. */
export function decodeResponse(body: Json): Completion {
  const collector = createCollector();
  const reader = new ChunkReader();
  for (const chunk of chunksOf(body)) for (const event of reader.push(chunk)) collector.push(event);
  for (const event of reader.close()) collector.push(event);
  const completion: Draft<Completion> = collector.completion();
  if (completion.items.length === 0 && completion.finishes.length === 0) throw new EmptyAnswer("it holds no candidate");
  // Some proxies leave the reason out of a whole answer.
  if (completion.finishes.length === 0) completion.finishes = [{ choice: 0, reason: "stop" }];
  setDefined(completion, "usage", reader.usage);
  setDefined(completion, "serviceTier", reader.serviceTier);
  return completion;
}

/** Proxies may answer a whole answer's request with the array of a stream. */
function chunksOf(body: Json): readonly JsonObject[] {
  const chunks = isArray(body) ? body : [body];
  const read = chunks.filter(isChunk);
  if (read.length === 0) throw new InvalidAnswer(`it must be an object with candidates, found ${typeName(body)}`);
  return read;
}

/** The error that a whole answer is or holds. */
export function failureOfAnswer(body: Json): UpstreamFailure | undefined {
  const chunks = isArray(body) ? body : [body];
  for (const chunk of chunks) {
    const failure = failureOfWhole(chunk, isChunk(chunk));
    if (failure !== undefined) return withUsage(failure, usageOf(chunk));
  }
  return undefined;
}

/** Reads usage and finish reason out of a whole answer that passes through. */
export function meterResponse(body: Json): ResponseFacts | undefined {
  const chunks = (isArray(body) ? body : [body]).filter(isChunk);
  if (chunks.length === 0) return undefined;
  const tally = createUsageTally();
  const facts: Draft<ResponseFacts> = {};
  for (const chunk of chunks) {
    tally.add(chunk);
    setDefined(facts, "finishReason", finishIn(chunk));
    setDefined(facts, "model", stringOf(chunk, "modelVersion"));
  }
  setDefined(facts, "usage", tally.usage());
  setDefined(facts, "serviceTier", tally.serviceTier());
  return facts;
}

/** Of the first candidate; of a prompt that was blocked, why. */
export function finishIn(chunk: JsonObject): string | undefined {
  const first = arrayOf(chunk, "candidates").find(isObject);
  const reason = first?.finishReason ?? undefined;
  if (reason !== undefined) return String(reason);
  return stringOf(objectOf(chunk, "promptFeedback") ?? {}, "blockReason");
}
