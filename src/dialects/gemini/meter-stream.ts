import type { UpstreamFailure } from "#core/upstream-failure";
import type { Draft } from "#lib/draft";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { EventTemplate } from "../event-template";
import { setDefined } from "../fields";
import { carriesNothing, isHarmless } from "../idle-events";
import {
  InvalidAnswer,
  type MeterOptions,
  type MeterVerdict,
  type ResponseFacts,
  type StreamMeter,
} from "../operation";
import { failureOfEvent, isKnownEvent, requireAnswer } from "./chunk-reader";
import { finishIn } from "./decode-response";
import { readPart } from "./read-part";
import { createUsageTally, tokenCounts } from "./usage";

const pass: MeterVerdict = { forward: true, token: false, terminal: false, whole: true };
const passToken: MeterVerdict = { forward: true, token: true, terminal: false, whole: true };
const passLast: MeterVerdict = { ...pass, mayBeLast: true };
const passLastToken: MeterVerdict = { ...passToken, mayBeLast: true };
const passIdle: MeterVerdict = { forward: true, token: false, terminal: false };
const skip: MeterVerdict = { forward: false, token: false, terminal: false };

/** Watches a stream that passes through. Every chunk may have the last word on usage: of those that add a text, the last is read. */
export function createStreamMeter({ hideIdle }: Pick<MeterOptions, "hideIdle"> = {}): StreamMeter {
  const tally = createUsageTally();
  const template = new EventTemplate(tokenCounts);
  /** The last event, where it was known by its bytes: its counts are the latest. */
  let uncounted: StreamEvent | undefined;
  /** Whether each candidate has its finish. */
  const candidates = new Map<number, boolean>();
  let hasBegun = false;
  let isBlocked = false;
  let finishReason: string | undefined;
  let model: string | undefined;
  let error: UpstreamFailure | undefined;
  let outputBytes = 0;

  const finished = () => isBlocked || (candidates.size > 0 && candidates.values().every(Boolean));

  const read = (chunk: JsonObject): MeterVerdict => {
    tally.add(chunk);
    model = stringOf(chunk, "modelVersion") ?? model;
    finishReason = finishIn(chunk) ?? finishReason;
    isBlocked ||= objectOf(chunk, "promptFeedback")?.blockReason !== undefined;
    let isToken = false;
    for (const [position, candidate] of arrayOf(chunk, "candidates").entries()) {
      if (!isObject(candidate)) continue;
      const index = numberOf(candidate, "index") ?? position;
      candidates.set(index, candidates.get(index) === true || (candidate.finishReason ?? undefined) !== undefined);
      for (const part of arrayOf(objectOf(candidate, "content") ?? {}, "parts")) {
        if (!isObject(part)) continue;
        const bytes = bytesOf(part);
        outputBytes += bytes ?? 0;
        isToken ||= bytes !== undefined;
      }
    }
    if (finished()) return isToken ? passLastToken : passLast;
    return isToken ? passToken : pass;
  };

  const push = (event: StreamEvent): MeterVerdict => {
    if (error !== undefined) return skip;
    if (template.matches(event.raw)) {
      uncounted = event;
      outputBytes += template.textBytes();
      return passToken;
    }
    template.forget();
    uncounted = undefined;
    if (carriesNothing(event, isKnownEvent)) return isHarmless(event) && hideIdle !== true ? passIdle : skip;
    const chunk = tryParseJson(event.data);
    error = failureOfEvent(event, chunk);
    if (error !== undefined) return skip;
    if (!isObject(chunk)) throw new InvalidAnswer("an event of its stream is not JSON");
    if (!hasBegun) requireAnswer(chunk);
    hasBegun = true;
    const verdict = read(chunk);
    const text = verdict === passToken ? onlyText(chunk) : undefined;
    if (text !== undefined) template.remember(event.raw, text);
    return verdict;
  };

  const facts = () => {
    const latest = uncounted && tryParseJson(uncounted.data);
    if (isObject(latest)) tally.add(latest);
    const known: Draft<ReturnType<StreamMeter["facts"]>> = { complete: finished(), missingTail: "", outputBytes };
    setDefined<Draft<ResponseFacts>, "usage">(known, "usage", error?.usage ?? tally.usage());
    setDefined(known, "finishReason", finishReason);
    setDefined(known, "model", model);
    setDefined(known, "serviceTier", tally.serviceTier());
    setDefined(known, "error", error);
    return known;
  };

  return { push, outputBytes: () => outputBytes, finished, facts };
}

/** The text of a chunk that adds nothing else. */
function onlyText(chunk: JsonObject): string | undefined {
  const [candidate, another] = arrayOf(chunk, "candidates");
  if (!isObject(candidate) || another !== undefined) return undefined;
  const [part, second] = arrayOf(objectOf(candidate, "content") ?? {}, "parts");
  return isObject(part) && second === undefined ? stringOf(part, "text") : undefined;
}

/** Bytes of text that a part puts out; undefined for one that is nothing. */
function bytesOf(part: JsonObject): number | undefined {
  const read = readPart(part);
  switch (read.kind) {
    case "text":
    case "thought":
      return read.text === "" ? undefined : Buffer.byteLength(read.text);
    case "call":
      return Buffer.byteLength(writtenText(read.call.args ?? {}));
    case "image":
    case "audio":
      return 0;
    case "other":
      return JSON.stringify(part).length;
    case "empty":
      return undefined;
  }
}
