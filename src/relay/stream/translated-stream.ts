import type { CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import type { Framing } from "#dialects/framings";
import type { StreamDecoder, StreamEncoder } from "#dialects/translation";
import type { AnswerFacts } from "../answer-facts";
import { EventFacts } from "./event-facts";
import type { Frame, StreamTransformer } from "./frame";

/** What is told to a client where its provider does not say it. */
export type Untold = {
  /** The model that was asked. */
  readonly model: string;
  /** The usage of a complete answer, as it will be charged. */
  readonly usageOf: (facts: AnswerFacts) => Usage | undefined;
};

/**
 * Different dialects: the provider's events are decoded to the pivot's and encoded for the client.
 * @param write Of the client's framing.
 */
export function translatedStream(
  decoder: StreamDecoder,
  encoder: StreamEncoder,
  write: Framing["write"],
  untold: Untold,
): StreamTransformer {
  const facts = new EventFacts();

  const tellUsage = (): string => {
    const known = facts.with([]);
    const usage = untold.usageOf(known);
    return usage === undefined || usage === known.usage ? "" : encoder.push({ type: "usage", usage });
  };

  const encode = (events: readonly CompletionEvent[]): Frame => {
    let text = "";
    let token = false;
    for (const event of events) {
      if (facts.isComplete) break;
      if (facts.add(event)) token = true;
      // The provider's own error ends the stream, and is worded for the client where the stream is ended.
      if (event.type === "error") continue;
      if (event.type === "end") text += tellUsage();
      text += encoder.push(event.type === "start" ? { ...event, model: event.model || untold.model } : event);
    }
    const failed = facts.hasFailed;
    // What came in one event with the error is not sent: the error says more.
    return { bytes: text === "" || failed ? undefined : write(text), token, terminal: facts.isComplete, failed };
  };

  return {
    push: (event) => encode(decoder.push(event)),
    finished: decoder.finished,
    end: (isSilent) => {
      if (facts.isComplete) return { bytes: undefined, token: false, terminal: true, failed: false };
      const rest = decoder.finish(isSilent);
      const frame = encode(rest.events);
      return rest.complete ? { ...frame, terminal: true } : undefined;
    },
    outputBytes: () => facts.outputBytes,
    facts: () => {
      const told = facts.isComplete ? undefined : decoder.usage?.();
      if (told !== undefined) facts.add(told);
      return facts.with(encoder.dropped(), encoder.said?.());
    },
  };
}
