import type { AnswerObserver } from "#core/step";
import type { Target } from "#core/target";
import { type Framing, framings } from "#dialects/framings";
import { breaksOnComments } from "#dialects/idle-events";
import type { ToolNames } from "#dialects/mend";
import {
  type BinaryAnswer,
  InvalidAnswer,
  type JsonAnswer,
  type Operation,
  type StreamForm,
} from "#dialects/operation";
import { restoreNamesIn, withNamesRestored } from "#dialects/restore-names";
import type { AnswerContext, Translation } from "#dialects/translation";
import { withUniqueCalls } from "#dialects/unique-calls";
import type { Draft } from "#lib/draft";
import type { FrameParser } from "#lib/frame-parser";
import { tryParseJson } from "#lib/json";
import { FindIds } from "#objects/find-ids";
import type { Attempt } from "#routing/attempt";
import type { AnswerHeaders, UpstreamResponse } from "#upstream/upstream";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import { observedDecoder, observedPassthrough } from "../steps/observe";
import type { StreamTransformer } from "../stream/frame";
import { passthroughStream } from "../stream/passthrough-stream";
import { openStream, type StreamDriver } from "../stream/stream-driver";
import { JsonForStream, OpeningParser } from "../stream/stream-opening";
import { translatedStream, type Untold } from "../stream/translated-stream";
import { countedInHeader } from "./counted-in-header";
import type { Reserved } from "./reserved";
import { type IdSealer, sealerFor } from "./seal-ids";
import { failureInAnswer } from "./upstream-failure";
import {
  passBinary,
  passWhole,
  readJson,
  translateVectors,
  translateWhole,
  unfinishedIn,
  usageIn,
  type WholeAnswer,
} from "./whole-answer";

/** A provider's answer that the client may have: whole, or streaming. */
export type OpenedAnswer = WholeAnswer | { readonly kind: "stream"; readonly stream: StreamDriver };

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
  const found = new FindIds();

  const readWhole: AnswerReader["readWhole"] = (pending, { admitted, target }, headers, received) => {
    const { embeddings, operation, toolNames, translation } = admitted.prepared;
    if (operation.answer.kind === "binary") return passBinary(operation.answer, target, headers, received);
    const answer = countedInHeader(operation.answer, headers);
    if (embeddings !== undefined) return translateVectors(embeddings, answer, admitted, target, received);
    const bytes = toolNames === undefined ? received : restoreNamesIn(received, toolNames);
    const observer = observeAnswer?.(pending);
    const json = readJson(bytes, answer, target, translation?.codec.answerTexts);
    const sealer = sealerFor(found, pending, target);
    const told = sealer?.whole(bytes) ?? bytes;
    if (translation === undefined) {
      const passed = passWhole(answer, operation.translation, admitted.reservation, target, told, json, observer);
      const unfinished = unfinishedIn(pending, operation, json, sealer);
      return unfinished === undefined ? passed : { ...passed, unfinished };
    }
    return translateWhole(
      answer,
      through(pending, translation),
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
              through(pending, translation),
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

function isWhole({ request }: PendingRequest, { admitted }: Attempt<Reserved>): boolean {
  return admitted.prepared.operation.answer.kind === "binary" || !request.envelope.stream;
}

/** The translation, with what is to be done on its way. */
function through({ keeping, request }: PendingRequest, translation: Translation): Translation {
  return withUniqueCalls(keeping?.through(translation) ?? translation, request.full());
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
  return new OpeningParser(parser, framing);
}

/** What a JSON value in the place of a stream says: the provider's error, as a rule. */
function failureOfJson(cause: JsonForStream, answer: JsonAnswer | BinaryAnswer, target: Target): Error {
  const json = tryParseJson(cause.text);
  const failure = json === undefined || answer.kind === "binary" ? undefined : answer.failure(json);
  return failure === undefined ? cause : failureInAnswer(failure, target);
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
