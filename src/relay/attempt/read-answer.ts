import type { Completion, Item } from "#core/completion";
import type { AnswerObserver } from "#core/step";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { expand } from "#dialects/collect";
import { setDefined } from "#dialects/fields";
import { type Framing, framings } from "#dialects/framings";
import { breaksOnComments } from "#dialects/idle-events";
import type { ToolNames } from "#dialects/mend";
import {
  type BinaryAnswer,
  EmptyAnswer,
  InvalidAnswer,
  type JsonAnswer,
  type Operation,
  type ResponseFacts,
  type StreamForm,
} from "#dialects/operation";
import { failureOfWhole, unframed } from "#dialects/read-failure";
import { restoreNamesIn, withNamesRestored } from "#dialects/restore-names";
import type { AnswerContext, StreamEncoder, Translation } from "#dialects/translation";
import { capEstimate } from "#governance/spending";
import type { Draft } from "#lib/draft";
import type { FrameParser } from "#lib/frame-parser";
import { type Json, tryParseJson } from "#lib/json";
import { type JsonPlace, tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import { FindIds } from "#objects/find-ids";
import type { Attempt } from "#routing/attempt";
import type { AnswerHeaders, UpstreamResponse } from "#upstream/upstream";
import type { AnswerFacts } from "../answer-facts";
import { type Expected, isDoubtful, usageOfWhole } from "../estimate-usage";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { PreparedRequest } from "../request/prepare-request";
import { observedDecoder, observedPassthrough } from "../steps/observe";
import type { StreamTransformer } from "../stream/frame";
import { passthroughStream } from "../stream/passthrough-stream";
import { openStream, type StreamDriver } from "../stream/stream-driver";
import { JsonForStream, OpeningParser } from "../stream/stream-opening";
import { translatedStream, type Untold } from "../stream/translated-stream";
import type { Reserved } from "./reserved";
import { type IdSealer, sealerFor } from "./seal-ids";
import { failureInAnswer } from "./upstream-failure";

/** A provider's answer that the client may have: whole, or streaming. */
export type OpenedAnswer = WholeAnswer | { readonly kind: "stream"; readonly stream: StreamDriver };

export type WholeAnswer = {
  readonly kind: "whole";
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly facts: AnswerFacts;
  /** What the provider calls an answer that it goes on making; absent for one that is complete. */
  readonly unfinished?: string;
};

/** Shared by all requests, since making one takes longer than decoding an answer. */
const utf8 = new TextDecoder();
/** `Buffer.from` would have the collector count the bytes twice, and come the sooner. */
const encoder = new TextEncoder();

/**
 * Reads what the client may have of an answer with status 200. Both throw or reject with InvalidAnswer, AttemptFailure for an
 * error in place of the answer, or GatewayError for a cut or a timer.
 */
export type AnswerReader = {
  /** Whether it is to be read to its end before anything is made of it. */
  readonly isWhole: (pending: PendingRequest, attempt: Attempt<Reserved>) => boolean;
  /** At once, for all of it is there: a promise would cost every request a turn. */
  readonly readWhole: (
    pending: PendingRequest,
    attempt: Attempt<Reserved>,
    headers: AnswerHeaders,
    bytes: Uint8Array,
  ) => WholeAnswer;
  /** Resolves with the first token, or where no other target can be asked with the first event. */
  readonly openStream: (
    pending: PendingRequest,
    attempt: Attempt<Reserved>,
    response: UpstreamResponse,
  ) => Promise<StreamDriver>;
};

export function createAnswerReader({
  clock,
  observeAnswer,
  ticker,
}: Pick<RelayServices, "clock" | "observeAnswer" | "ticker">): AnswerReader {
  const isWhole: AnswerReader["isWhole"] = ({ request }, { admitted }) =>
    admitted.prepared.operation.answer.kind === "binary" || !request.envelope.stream;

  const found = new FindIds();

  const readWhole: AnswerReader["readWhole"] = (pending, { admitted, target }, headers, received) => {
    const { embeddings, operation, toolNames, translation } = admitted.prepared;
    const { answer } = operation;
    if (answer.kind === "binary") return passBinary(answer, target, headers, received);
    if (embeddings !== undefined) return translateVectors(embeddings, answer, admitted, target, received);
    const bytes = toolNames === undefined ? received : restoreNamesIn(received, toolNames);
    const observer = observeAnswer?.(pending);
    const json = readJson(bytes, answer, target, translation?.codec.answerTexts);
    const told = sealerFor(found, pending, target)?.whole(bytes) ?? bytes;
    if (translation === undefined) {
      const passed = passWhole(answer, operation.translation, admitted.reservation, target, told, json, observer);
      const unfinished = unfinishedIn(pending, operation, json);
      return unfinished === undefined ? passed : { ...passed, unfinished };
    }
    return translateWhole(
      answer,
      pending.keeping?.through(translation) ?? translation,
      contextOf(pending, admitted, clock.nowMs()),
      admitted,
      target,
      json,
      observer,
    );
  };

  const open: AnswerReader["openStream"] = async (pending, attempt, response) => {
    const { admitted, isReplaceable, target } = attempt;
    const { operation, toolNames, translation } = admitted.prepared;
    const { keeping: kept } = pending;
    const form = operation.answer.stream;
    if (form === undefined) {
      leaveUnread(response);
      throw new InvalidAnswer("it is a stream, which the operation does not have");
    }
    let transformer: StreamTransformer;
    try {
      const observer = observeAnswer?.(pending);
      const untold = { model: target.model, usageOf: usageIn(admitted) };
      transformer =
        translation === undefined
          ? passthrough(pending, operation, form, observer)
          : translated(
              kept?.through(translation) ?? translation,
              contextOf(pending, admitted, clock.nowMs()),
              framingOf(pending),
              untold,
              observer,
            );
    } catch (cause) {
      leaveUnread(response);
      throw cause;
    }
    const parser = parserOf(form, toolNames, sealerFor(found, pending, target));
    let driver: StreamDriver;
    try {
      driver = await openStream(response, { parser, transformer, ticker, isReplaceable });
    } catch (cause) {
      throw cause instanceof JsonForStream ? failureOfJson(cause, operation.answer, target) : cause;
    }
    const { token, failed } = driver.beginning;
    if (token || !failed) return driver;
    driver.close();
    const { error = { message: "" }, usage } = transformer.facts();
    throw failureInAnswer(error, target, usage);
  };

  return { isWhole, readWhole, openStream: open };
}

/** Only translations need it: the request was read in full for them. */
function contextOf(pending: PendingRequest, { reservation }: Reserved, nowMs: number): AnswerContext {
  const { continues, keeping, running, request } = pending;
  const context: Draft<AnswerContext> = {
    id: running.id,
    nowS: Math.floor(nowMs / 1000),
    streamUsage: request.envelope.streamUsage,
    inputTokens: reservation.estimatedInput,
    request: request.full(),
  };
  const id = keeping?.begin(request);
  if (id !== undefined) context.kept = { id };
  if (continues !== undefined) context.continues = continues;
  return context;
}

function leaveUnread(response: UpstreamResponse): void {
  const ignore = () => undefined;
  response.start({ data: ignore, readEnded: ignore, end: ignore, fail: ignore }).abandon();
}

/** The client's. */
function framingOf({ operation }: PendingRequest): Framing {
  return operation.answer.stream?.framing ?? framings.sse;
}

function parserOf(
  { framing }: StreamForm,
  toolNames: ToolNames | undefined,
  sealer: IdSealer | undefined,
): FrameParser {
  const events = framing.createParser();
  const named = toolNames === undefined ? events : withNamesRestored(events, toolNames);
  const parser = sealer === undefined ? named : sealer.parser(named);
  return framing.isJson ? parser : new OpeningParser(parser, framing.isText);
}

/** What a JSON value in the place of a stream says: the provider's error, as a rule. */
function failureOfJson(cause: JsonForStream, answer: JsonAnswer | BinaryAnswer, target: Target): Error {
  const json = tryParseJson(cause.text);
  const failure = json === undefined || answer.kind === "binary" ? undefined : answer.failure(json);
  return failure === undefined ? cause : failureInAnswer(failure, target);
}

/** @param texts Where it keeps how it was written. */
function readJson(bytes: Uint8Array, answer: JsonAnswer, target: Target, texts: readonly JsonPlace[] = []): Json {
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

/** Usage that we asked for and the client did not is taken out of its stream again. */
function passthrough(
  { request, running }: PendingRequest,
  { translation }: Operation,
  form: StreamForm,
  observer: AnswerObserver | undefined,
): StreamTransformer {
  const { streamUsage, n } = request.envelope;
  const hideIdle = breaksOnComments(running.inference.header);
  const transformer = passthroughStream(form.createMeter({ hideUsage: !streamUsage, choices: n, hideIdle }));
  if (observer === undefined || translation === undefined) return transformer;
  return observedPassthrough(transformer, translation.codec.createStreamDecoder(), observer);
}

function translated(
  { codec, endpoint }: Translation,
  context: AnswerContext,
  { write }: Framing,
  untold: Untold,
  observer: AnswerObserver | undefined,
): StreamTransformer {
  const decoder = codec.createStreamDecoder();
  const seen = observer === undefined ? decoder : observedDecoder(decoder, observer);
  return translatedStream(seen, endpoint.createStreamEncoder(context), write, untold);
}

/** An error may come as JSON even so. */
function passBinary(answer: BinaryAnswer, target: Target, headers: AnswerHeaders, body: Uint8Array): WholeAnswer {
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

function passWhole(
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

function translateWhole(
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
  const dropped = decoded.items.some(mayBeLost) ? lossesOf(decoded, endpoint.createStreamEncoder(context)) : [];
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

/** The id of an answer that goes on in the background. */
function unfinishedIn({ request }: PendingRequest, { background }: Operation, json: Json): string | undefined {
  return request.envelope.isBackground === true ? background?.unfinishedId(json) : undefined;
}

function translateVectors(
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
function usageIn({ prepared: { operation }, reservation }: Reserved): Untold["usageOf"] {
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
  const cites = item.kind === "text" && item.citations.length > 0;
  return cites || item.choice > 0 || item.kind === "opaque" || (item.kind === "reasoning" && item.state !== undefined);
}

/** A whole answer loses what it would lose as a stream, which is counted while it is written. */
function lossesOf(completion: Completion, encoder: StreamEncoder): readonly string[] {
  for (const event of expand(completion)) encoder.push(event);
  return encoder.dropped();
}
