import type { CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import type { UpstreamFailure } from "#dialects/operation";
import type { StreamDecoder, StreamEncoder } from "#dialects/translation";
import type { Frame, StreamTransformer } from "./frame";

/**
 * Different dialects: the provider's events are decoded to the pivot's and encoded for the client. `asked` names the
 * model to a client where the provider does not.
 */
export function translatedStream(decoder: StreamDecoder, encoder: StreamEncoder, asked: string): StreamTransformer {
  let usage: Usage | undefined;
  let model: string | undefined;
  let finishReason: string | undefined;
  let error: UpstreamFailure | undefined;
  let outputChars = 0;
  let complete = false;

  const encode = (events: readonly CompletionEvent[]): Frame => {
    let text = "";
    let token = false;
    let terminal = false;
    for (const event of events) {
      if (complete) break;
      switch (event.type) {
        case "start":
          model = event.model;
          usage = event.usage ?? usage;
          break;
        case "usage":
          usage = event.usage;
          break;
        case "finish":
          finishReason ??= event.raw ?? event.reason;
          break;
        case "text-delta":
          outputChars += event.text.length;
          token ||= event.text !== "";
          break;
        case "arguments-delta":
          outputChars += event.json.length;
          token = true;
          break;
        case "item-start":
          token ||= event.kind === "tool-call" || event.kind === "opaque";
          break;
        case "error":
          error = { message: event.message, type: event.errorType };
          break;
        case "end":
          complete = true;
          terminal = true;
          break;
        default:
          break;
      }
      // The provider's own error ends the stream; the pipeline words it for the client.
      if (event.type === "error") continue;
      text += encoder.push(event.type === "start" ? { ...event, model: event.model || asked } : event);
    }
    const failed = error !== undefined;
    // What came in one event with the error is not sent: the error says more.
    return { bytes: text === "" || failed ? undefined : Buffer.from(text), token, terminal, failed };
  };

  return {
    push: (event) => encode(decoder.push(event)),
    end: () => {
      if (complete) return { bytes: undefined, token: false, terminal: true, failed: false };
      const rest = decoder.finish();
      const frame = encode(rest.events);
      return rest.complete ? { ...frame, terminal: true } : undefined;
    },
    outputChars: () => outputChars,
    facts: () => ({
      ...(usage === undefined ? {} : { usage }),
      ...(model === undefined ? {} : { model }),
      ...(finishReason === undefined ? {} : { finishReason }),
      ...(error === undefined ? {} : { error }),
      complete,
      outputChars,
      dropped: encoder.dropped(),
    }),
  };
}
