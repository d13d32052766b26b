import type { CompletionEvent } from "#core/completion";
import type { StreamDecoder, StreamEncoder } from "#dialects/translation";
import { EventFacts } from "./event-facts";
import type { Frame, StreamTransformer } from "./frame";

/**
 * Different dialects: the provider's events are decoded to the pivot's and encoded for the client. `asked` names the
 * model to a client where the provider does not.
 */
export function translatedStream(decoder: StreamDecoder, encoder: StreamEncoder, asked: string): StreamTransformer {
  const facts = new EventFacts();

  const encode = (events: readonly CompletionEvent[]): Frame => {
    let text = "";
    let token = false;
    for (const event of events) {
      if (facts.isComplete) break;
      if (facts.add(event)) token = true;
      // The provider's own error ends the stream, and is worded for the client where the stream is ended.
      if (event.type === "error") continue;
      text += encoder.push(event.type === "start" ? { ...event, model: event.model || asked } : event);
    }
    const failed = facts.hasFailed;
    // What came in one event with the error is not sent: the error says more.
    return { bytes: text === "" || failed ? undefined : Buffer.from(text), token, terminal: facts.isComplete, failed };
  };

  return {
    push: (event) => encode(decoder.push(event)),
    end: () => {
      if (facts.isComplete) return { bytes: undefined, token: false, terminal: true, failed: false };
      const rest = decoder.finish();
      const frame = encode(rest.events);
      return rest.complete ? { ...frame, terminal: true } : undefined;
    },
    outputChars: () => facts.outputChars,
    facts: () => facts.with(encoder.dropped()),
  };
}
