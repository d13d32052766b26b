import type { CompletionEvent, Finish } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isObject, type JsonObject, numberOf, stringOf } from "#lib/json";
import { carriesNothing } from "../idle-events";
import { InvalidAnswer } from "../operation";
import { withOrdinaryDeltas } from "../ordinary-deltas";
import type { StreamDecoder } from "../translation";
import { readStart } from "./answer-head";
import { checkChoices, doneMark, isChunk, isComplete, readChunk, readChunkError, readChunkUsage } from "./chunk";
import { type ChoiceDecoder, createChoiceDecoder } from "./decode-choice";
import { createSourceReader } from "./sources";
import { readFinishReason } from "./wire";

/**
 * Reads a streamed answer. Finish, usage and `end` are held until `[DONE]` or the body's end: some providers send a
 * reason twice, or more after it.
 */
export function createStreamDecoder(): StreamDecoder {
  const choices = new Map<number, { readonly decoder: ChoiceDecoder; finish?: string }>();
  const sources = createSourceReader();
  let started: { readonly id: string } | undefined;
  let usage: Usage | undefined;
  let toldUsage: Usage | undefined;
  let serviceTier: string | undefined;
  let sawFinish = false;
  let state: "open" | "done" | "ended" | "failed" = "open";

  const start = (chunk: JsonObject): readonly CompletionEvent[] => {
    if (started) return [];
    started = { id: stringOf(chunk, "id") ?? "" };
    return [readStart(chunk)];
  };

  const pushChoice = (choice: JsonObject): readonly CompletionEvent[] => {
    const index = numberOf(choice, "index") ?? 0;
    const slot = choices.get(index) ?? { decoder: createChoiceDecoder(index, started?.id ?? "", sources.citations) };
    choices.set(index, slot);
    checkChoices(choices.size);
    const finish = stringOf(choice, "finish_reason");
    if (finish) slot.finish = finish;
    sawFinish ||= slot.finish !== undefined;
    return isObject(choice.delta) ? slot.decoder.push(choice.delta, choice.logprobs) : [];
  };

  /** As soon as it is known, for it counts where the stream breaks off; some providers count with every chunk. */
  const tellUsage = (): readonly CompletionEvent[] => {
    if (usage === undefined || usage === toldUsage) return [];
    toldUsage = usage;
    return [{ type: "usage", usage, ...(serviceTier !== undefined && { serviceTier }) }];
  };

  const fail = (failure: UpstreamFailure): readonly CompletionEvent[] => {
    state = "failed";
    return [{ type: "error", failure }];
  };

  const end = (): readonly CompletionEvent[] => {
    const seen = { done: state === "done", usage: usage !== undefined };
    if (state === "failed" || !isComplete([...choices.values()], seen)) return [];
    state = "ended";
    const ends = [...choices.values()].flatMap(({ decoder }) => decoder.close());
    return [...ends, ...finishEvents(choices), ...tellUsage(), { type: "end" }];
  };

  const push = (event: StreamEvent): readonly CompletionEvent[] => {
    if (state !== "open" || carriesNothing(event, isChunk)) return [];
    if (event.data.trim() === doneMark) {
      state = "done";
      return end();
    }
    const chunk = requireChunk(event);
    const failure = readChunkError(chunk, event.event);
    if (failure !== undefined) return fail(failure);
    sources.push(chunk);
    usage = readChunkUsage(chunk) ?? usage;
    serviceTier = stringOf(chunk, "service_tier") ?? serviceTier;
    const parts = arrayOf(chunk, "choices").filter(isObject);
    if (parts.length === 0 && !started) return [];
    return [...start(chunk), ...parts.flatMap(pushChoice), ...tellUsage()];
  };

  const finish = () => {
    if (state === "ended") return { complete: true, events: [] };
    const ends = end();
    return ends.length > 0 ? { complete: true, events: ends } : { complete: false, events: tellUsage() };
  };

  // Asked for with every chunk: looked at only once there is a finish.
  const finished = () => {
    if (!sawFinish || state === "failed") return false;
    return choices.values().every((slot) => slot.finish !== undefined);
  };

  return { push: withOrdinaryDeltas(push), finished, finish };
}

function requireChunk(event: StreamEvent): JsonObject {
  const chunk = readChunk(event);
  if (chunk !== undefined) return chunk;
  const found = event.data.slice(0, 80);
  throw new InvalidAnswer(`Cannot read the provider's stream: an event must hold a JSON object, found ${found}`);
}

type Slots = ReadonlyMap<number, { readonly decoder: ChoiceDecoder; readonly finish?: string }>;

function finishEvents(choices: Slots): readonly CompletionEvent[] {
  return [...choices]
    .sort(([a], [b]) => a - b)
    .map(([choice, { decoder, finish }]) => ({ type: "finish", ...makeFinish(choice, decoder, finish) }));
}

export function makeFinish(choice: number, decoder: ChoiceDecoder, raw: string | undefined): Finish {
  return { choice, reason: readFinishReason(raw, decoder.calledTools()), ...(raw !== undefined && { raw }) };
}
