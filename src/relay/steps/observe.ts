import type { CompletionEvent } from "#core/completion";
import type { AnswerObserver, Step } from "#core/step";
import { InvalidAnswer } from "#dialects/operation";
import type { StreamDecoder } from "#dialects/translation";
import type { PendingRequest } from "../pending-request";
import type { StreamTransformer } from "../stream/frame";
import { envelopeView } from "./request-view";

/** Begins to observe one answer; undefined where no step wants to. */
export type ObserveAnswer = (pending: PendingRequest) => AnswerObserver | undefined;

/** Undefined where no step sees answers, so that these are decoded for none. */
export function createAnswerObservers(steps: readonly Step[]): ObserveAnswer | undefined {
  const watching = steps.filter((step) => step.sees === "answer");
  if (watching.length === 0) return undefined;
  return (pending) => {
    const view = envelopeView(pending);
    const observers = watching.map((step) => step.observe(view)).filter((observer) => observer !== undefined);
    if (observers.length === 0) return undefined;
    return (event) => {
      for (const observer of observers) observer(event);
    };
  };
}

/** A decoder whose events are seen on their way. */
export function observedDecoder(decoder: StreamDecoder, observer: AnswerObserver): StreamDecoder {
  const seen = (events: readonly CompletionEvent[]) => {
    for (const event of events) observer(event);
    return events;
  };
  return {
    push: (event) => seen(decoder.push(event)),
    finished: decoder.finished,
    finish: (isSilent) => {
      const rest = decoder.finish(isSilent);
      seen(rest.events);
      return rest;
    },
  };
}

/** A stream whose bytes pass as they are, and which is decoded only for its observer. */
export function observedPassthrough(
  transformer: StreamTransformer,
  decoder: StreamDecoder,
  observer: AnswerObserver,
): StreamTransformer {
  const observed = observedDecoder(decoder, observer);
  /** What cannot be decoded ends the observation, not the answer: its bytes may pass nevertheless. */
  let isLost = false;
  const observe = (work: () => unknown): void => {
    if (isLost) return;
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof InvalidAnswer)) throw cause;
      isLost = true;
    }
  };
  return {
    ...transformer,
    // Each event has to be seen.
    ordinary: () => undefined,
    push: (event) => {
      observe(() => observed.push(event));
      return transformer.push(event);
    },
    end: (isSilent) => {
      observe(() => observed.finish(isSilent));
      return transformer.end(isSilent);
    },
  };
}
