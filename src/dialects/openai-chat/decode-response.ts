import type { Completion } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Draft } from "#lib/draft";
import {
  arrayOf,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  objectOf,
  stringOf,
  typeName,
} from "#lib/json";
import { createCollector } from "../collect";
import { setDefined } from "../fields";
import { readOpenAiUsage } from "../openai-usage";
import { InvalidAnswer, type ResponseFacts } from "../operation";
import { failureOfWhole } from "../read-failure";
import { countOf } from "../token-count";
import { readStart } from "./answer-head";
import { checkChoices, readChunkError } from "./chunk";
import { createChoiceDecoder } from "./decode-choice";
import { makeFinish } from "./decode-stream";
import { mergeOpaque } from "./merge-opaque";
import { createSourceReader, listsSources } from "./sources";
import { readFinishReason } from "./wire";

/** Reads a whole answer: each message is one delta, so that it decodes to what it would have streamed. */
export function decodeResponse(body: Json): Completion {
  const answer = readAnswer(body);
  return readPlain(answer) ?? readParts(answer);
}

function readParts(answer: JsonObject): Completion {
  const sources = createSourceReader();
  sources.push(answer);
  const collector = createCollector((_dialect, value, delta) => mergeOpaque(value, delta));
  const start = readStart(answer);
  const usage = readOpenAiUsage(answer.usage);
  collector.push(start);
  for (const [position, choice] of arrayOf(answer, "choices").filter(isObject).entries()) {
    const index = numberOf(choice, "index") ?? position;
    const decoder = createChoiceDecoder(index, start.id, sources.citations);
    const message = isObject(choice.message) ? choice.message : {};
    for (const event of [...decoder.push(message, choice.logprobs), ...decoder.close()]) collector.push(event);
    collector.push({ type: "finish", ...makeFinish(index, decoder, stringOf(choice, "finish_reason")) });
  }
  if (usage) collector.push({ type: "usage", usage });
  return collector.completion();
}

/**
 * An answer of one choice that is nothing but a text, as most are: what `readParts` would make of it, without the decoders
 * and events that only a stream needs.
 */
function readPlain(answer: JsonObject): Completion | undefined {
  const choices = arrayOf(answer, "choices");
  const choice = choices[0];
  if (choices.length !== 1 || !isObject(choice) || (choice.logprobs ?? undefined) !== undefined) return undefined;
  const text = plainText(choice.message);
  if (text === undefined || listsSources(answer)) return undefined;
  const index = numberOf(choice, "index") ?? 0;
  const raw = stringOf(choice, "finish_reason");
  const reason = readFinishReason(raw, false);
  const { type: _type, extensions = {}, ...head } = readStart(answer);
  const completion: Draft<Completion> = {
    ...head,
    extensions,
    items: [{ choice: index, index: 0, kind: "text", text, citations: [], logprobs: [] }],
    finishes: [raw === undefined ? { choice: index, reason } : { choice: index, reason, raw }],
  };
  setDefined(completion, "usage", readOpenAiUsage(answer.usage));
  return completion;
}

/** The content of a message all of whose other fields are empty. */
function plainText(message: Json | undefined): string | undefined {
  if (!isObject(message) || typeof message.content !== "string" || message.content === "") return undefined;
  for (const name in message) {
    if (name !== "role" && name !== "content" && !isEmpty(message[name])) return undefined;
  }
  return message.content;
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === "" || (isArray(value) && value.length === 0);
}

function readAnswer(body: Json): JsonObject {
  if (!isObject(body)) throw new InvalidAnswer(`it must be an object, found ${typeName(body)}`);
  const choices = arrayOf(body, "choices");
  checkChoices(choices.length);
  if (choices.some(isObject)) return body;
  throw new InvalidAnswer(`"choices" must list at least one choice, found ${typeName(body.choices)}`);
}

/** The error that a whole answer is, holds or ended with. */
export function failureOfAnswer(body: Json): UpstreamFailure | undefined {
  if (!isObject(body)) return undefined;
  return readChunkError(body, "message") ?? failureOfWhole(body, isAnswer(body));
}

/** A completion, which has at least one choice, or embeddings (`data`). */
function isAnswer(body: JsonObject): boolean {
  return arrayOf(body, "choices").length > 0 || isArray(body.data);
}

/** Reads usage and finish reason out of a whole answer that passes through: a completion, or embeddings (`data`). */
export function meterResponse(body: Json): ResponseFacts | undefined {
  if (!isObject(body) || !isAnswer(body)) return undefined;
  const usage = readOpenAiUsage(body.usage);
  const first = arrayOf(body, "choices").find(isObject);
  const finishReason = first && stringOf(first, "finish_reason");
  const model = stringOf(body, "model");
  const serviceTier = stringOf(body, "service_tier");
  // Field by field: four spreads cost every whole answer more than all that is read here.
  const facts: Draft<ResponseFacts> = {};
  if (usage !== undefined) facts.usage = usage;
  if (finishReason) facts.finishReason = finishReason;
  if (model !== undefined) facts.model = model;
  if (serviceTier !== undefined) facts.serviceTier = serviceTier;
  return facts;
}

/** The same of embeddings, of which some say one total alone: https://docs.voyageai.com/reference/embeddings-api */
export function meterVectors(body: Json): ResponseFacts | undefined {
  const facts = meterResponse(body);
  const usage = isObject(body) ? objectOf(body, "usage") : undefined;
  const total = usage && countOf(usage, "total_tokens");
  if (facts === undefined || facts.usage !== undefined || total === undefined) return facts;
  const read = readOpenAiUsage({ prompt_tokens: total });
  return read === undefined ? facts : { ...facts, usage: read };
}
