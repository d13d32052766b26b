import type { CompletionEvent } from "#core/completion";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { tryParseJsonWithTexts } from "#lib/json-text";
import { carriesNothing } from "../idle-events";
import { InvalidAnswer } from "../operation";
import { withOrdinaryDeltas } from "../ordinary-deltas";
import type { StreamDecoder, UsageEvent } from "../translation";
import { ChunkReader, failureOfEvent, isChunk, isKnownEvent, requireAnswer } from "./chunk-reader";
import { tokenCounts } from "./usage";
import { answerTexts } from "./verbatim";

/**
 * Reads a streamed answer, which has no closing mark: it is complete when every candidate has its finish, or the prompt was
 * blocked, and ends with its body.
 */
export function createStreamDecoder(): StreamDecoder {
  const reader = new ChunkReader();
  let hasBegun = false;
  let state: "open" | "failed" | "ended" = "open";
  /** The last event, where it was known by its bytes: its counts are the latest. */
  let uncounted: StreamEvent | undefined;

  const usage = (): UsageEvent | undefined => {
    if (uncounted !== undefined) reader.count(asChunk(uncounted, tryParseJsonWithTexts(uncounted.data, answerTexts)));
    uncounted = undefined;
    const { serviceTier, usage } = reader;
    return usage && { type: "usage", usage, ...(serviceTier !== undefined && { serviceTier }) };
  };

  const decode = (event: StreamEvent): readonly CompletionEvent[] => {
    uncounted = undefined;
    if (carriesNothing(event, isKnownEvent) || event.data.trim() === "[DONE]") return [];
    const json = tryParseJsonWithTexts(event.data, answerTexts);
    const failure = failureOfEvent(event, json);
    if (failure !== undefined) {
      state = "failed";
      return [{ type: "error", failure }];
    }
    const chunk = asChunk(event, json);
    if (!hasBegun) requireAnswer(chunk);
    hasBegun = true;
    return isChunk(chunk) ? reader.push(chunk) : [];
  };

  const push = withOrdinaryDeltas(decode, {
    counters: tokenCounts,
    repeated: ({ choice, ...delta }) => {
      if (delta.type === "text-delta") reader.repeat(choice, delta.text);
    },
  });

  const finish = () => {
    if (state === "ended") return { complete: true, events: [] };
    const told = usage();
    const counted: readonly CompletionEvent[] = told === undefined ? [] : [told];
    if (state === "failed" || !reader.isFinished) return { complete: false, events: counted };
    state = "ended";
    const end: CompletionEvent = { type: "end" };
    return { complete: true, events: [...reader.close(), ...counted, end] };
  };

  return {
    push: (event) => {
      if (state !== "open") return [];
      uncounted = event;
      return push(event);
    },
    finished: () => state === "open" && reader.isFinished,
    finish,
    usage,
  };
}

/** Throws InvalidAnswer. */
function asChunk({ data }: StreamEvent, json: Json | undefined): JsonObject {
  if (isObject(json)) return json;
  throw new InvalidAnswer(
    `Cannot read the provider's stream: an event must hold a JSON object, found ${data.slice(0, 80)}`,
  );
}
