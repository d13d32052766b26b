import type { Completion, Item } from "#core/completion";
import type { AnswerObserver } from "#core/step";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { expand } from "#dialects/collect";
import { setDefined } from "#dialects/fields";
import {
  type BinaryAnswer,
  EmptyAnswer,
  InvalidAnswer,
  type JsonAnswer,
  type Operation,
  type ResponseFacts,
} from "#dialects/operation";
import { failureOfWhole, unframed } from "#dialects/read-failure";
import type { AnswerContext, StreamEncoder, Translation } from "#dialects/translation";
import { capEstimate } from "#governance/spending";
import type { Draft } from "#lib/draft";
import { type Json, tryParseJson } from "#lib/json";
import { type JsonPlace, tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import type { AnswerHeaders } from "#upstream/upstream";
import type { AnswerFacts } from "../answer-facts";
import { type Expected, isDoubtful, usageOfWhole } from "../estimate-usage";
import type { PendingRequest } from "../pending-request";
import type { PreparedRequest } from "../request/prepare-request";
import type { Untold } from "../stream/translated-stream";
import type { Reserved } from "./reserved";
import type { IdSealer } from "./seal-ids";
import { failureInAnswer } from "./upstream-failure";

/** A whole answer that the client may have, and what is known of it. */
export type WholeAnswer = {
  readonly kind: "whole";
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly facts: AnswerFacts;
  /** Absent for an answer that is complete. */
  readonly unfinished?: Unfinished;
};

/** An answer that its provider goes on making. */
export type Unfinished = {
  /** What the provider calls it. */
  readonly id: string;
  /** Gives what it comes to the ids that its client knows; undefined where those are the provider's. */
  readonly sealer: IdSealer | undefined;
};

/** Shared by all requests, since making one takes longer than decoding an answer. */
const utf8 = new TextDecoder();
/** `Buffer.from` would have the collector count the bytes twice, and come the sooner. */
const encoder = new TextEncoder();

/** @param texts Where it keeps how it was written. */
export function readJson(
  bytes: Uint8Array,
  answer: JsonAnswer,
  target: Target,
  texts: readonly JsonPlace[] = [],
): Json {
  const text = utf8.decode(bytes);
  const json = tryParseJsonWithTexts(text, texts);
  if (json === undefined)
    throw text.trim() === "" ? new EmptyAnswer("it is empty") : failureOfText(text, answer, target);
  const failure = answer.failure(json);
  if (failure !== undefined) throw failureInAnswer(failure, target, answer.meter(json)?.usage);
  return json;
}

/** What is no JSON where a whole answer was asked for: an error may come as the event of a stream even so. */
function failureOfText(text: string, answer: JsonAnswer, target: Target): Error {
  const json = tryParseJson(unframed(text));
  const failure = json === undefined ? undefined : answer.failure(json);
  return failure === undefined ? new InvalidAnswer("it is not JSON") : failureInAnswer(failure, target);
}

/** An error may come as JSON even so. */
export function passBinary(
  answer: BinaryAnswer,
  target: Target,
  headers: AnswerHeaders,
  body: Uint8Array,
): WholeAnswer {
  const contentType = headers.get("content-type") ?? "application/octet-stream";
  if (contentType.startsWith("application/json")) {
    const failure = failureOfWhole(tryParseJson(utf8.decode(body)) ?? null, false);
    throw failure === undefined
      ? new InvalidAnswer("it is JSON where bytes were asked for")
      : failureInAnswer(failure, target);
  }
  return {
    kind: "whole",
    contentType,
    body,
    facts: { ...answer.meter(body), complete: true, outputBytes: 0, dropped: [] },
  };
}

export function passWhole(
  answer: JsonAnswer,
  translation: Translation | undefined,
  expected: Expected,
  target: Target,
  bytes: Uint8Array,
  json: Json,
  observer: AnswerObserver | undefined,
): WholeAnswer {
  const metered = answer.meter(json);
  if (metered === undefined) throw new InvalidAnswer(`it is not an answer of the dialect ${target.dialect.name}`);
  if (observer !== undefined && translation !== undefined) {
    expand(translation.codec.decodeResponse(json)).forEach(observer);
  }
  const outputBytes = bytesOf(answer, expected, metered.usage, json);
  return {
    kind: "whole",
    contentType: "application/json",
    body: bytes,
    facts: wholeFacts(metered, outputBytes, []),
  };
}

export function translateWhole(
  answer: JsonAnswer,
  { codec, endpoint }: Translation,
  context: AnswerContext,
  admitted: Reserved,
  target: Target,
  json: Json,
  observer: AnswerObserver | undefined,
): WholeAnswer {
  const decoded = codec.decodeResponse(json);
  if (observer !== undefined) expand(decoded).forEach(observer);
  const { usage, serviceTier, model } = decoded;
  const finishReason = decoded.finishes[0]?.raw;
  const outputBytes = bytesOf(answer, admitted.reservation, usage, json);
  const mayLose = decoded.items.some(mayBeLost) || decoded.finishes.some(({ message }) => message !== undefined);
  const dropped = mayLose ? lossesOf(decoded, endpoint.createStreamEncoder(context)) : [];
  const { charge } = admitted.prepared.operation;
  // What was only counted was not used.
  const used = charge === "nothing" ? undefined : usage;
  const facts = wholeFacts({ usage: used, serviceTier, finishReason, model }, outputBytes, dropped);
  const completion: Draft<Completion> = { ...decoded, model: decoded.model || target.model };
  if (charge !== "nothing") setDefined(completion, "usage", usageIn(admitted)(facts));
  // Bytes at once: the log keeps them, and the client gets the same.
  const body = encoder.encode(writeJson(endpoint.encodeResponse(completion, context)));
  return { kind: "whole", contentType: "application/json", body, facts };
}

/** What goes on in the background of an answer; undefined for one that is complete. */
export function unfinishedIn(
  { request }: PendingRequest,
  { background }: Operation,
  json: Json,
  sealer: IdSealer | undefined,
): Unfinished | undefined {
  const id = request.envelope.isBackground === true ? background?.unfinishedId(json) : undefined;
  return id === undefined ? undefined : { id, sealer };
}

export function translateVectors(
  write: NonNullable<PreparedRequest["embeddings"]>,
  answer: JsonAnswer,
  admitted: Reserved,
  target: Target,
  bytes: Uint8Array,
): WholeAnswer {
  const json = readJson(bytes, answer, target);
  const facts = wholeFacts(answer.meter(json) ?? {}, 0, []);
  const body = encoder.encode(JSON.stringify(write(json, () => usageIn(admitted)(facts))));
  return { kind: "whole", contentType: "application/json", body, facts };
}

/** Bytes of what was written; 0 where they decide nothing, for to count them costs as much as to read the answer. */
function bytesOf(answer: JsonAnswer, expected: Expected, usage: Usage | undefined, json: Json): number {
  return usage === undefined || isDoubtful(usage, expected) ? answer.textBytes(json) : 0;
}

/** The usage of a complete answer, as it will be charged. Keeps no more than it needs: the request's body has to go. */
export function usageIn({ prepared: { operation }, reservation }: Reserved): Untold["usageOf"] {
  return (facts) => {
    const usage = usageOfWhole(operation, reservation, facts);
    return usage && capEstimate(usage, reservation.outputLimit);
  };
}

/** Field by field, for a spread of an object costs more. */
function wholeFacts(
  {
    usage,
    serviceTier,
    finishReason,
    model,
  }: { readonly [Fact in keyof ResponseFacts]: ResponseFacts[Fact] | undefined },
  outputBytes: number,
  dropped: readonly string[],
): AnswerFacts {
  const facts: { -readonly [Fact in keyof AnswerFacts]: AnswerFacts[Fact] } = { complete: true, outputBytes, dropped };
  if (usage !== undefined) facts.usage = usage;
  if (finishReason !== undefined) facts.finishReason = finishReason;
  if (serviceTier !== undefined) facts.serviceTier = serviceTier;
  if (model) facts.model = model;
  return facts;
}

/** Whether another dialect may have no words for an item; most answers hold none and are written only once. */
function mayBeLost(item: Item): boolean {
  switch (item.kind) {
    case "image":
    case "audio":
    case "opaque":
      return true;
    case "refusal":
      return item.choice > 0;
    case "text":
      return item.choice > 0 || item.citations.length > 0 || item.state !== undefined;
    default:
      return item.choice > 0 || item.state !== undefined;
  }
}

/** A whole answer loses what it would lose as a stream, which is counted while it is written. */
function lossesOf(completion: Completion, encoder: StreamEncoder): readonly string[] {
  for (const event of expand(completion)) encoder.push(event);
  return encoder.dropped();
}
