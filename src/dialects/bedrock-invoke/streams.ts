import { createStreamDecoder as createMessageDecoder } from "../anthropic-messages/decode-stream";
import { createStreamEncoder as createMessageEncoder } from "../anthropic-messages/encode-stream";
import { usageBeside } from "../anthropic-messages/failures";
import { createStreamMeter as createMessageMeter } from "../anthropic-messages/meter-stream";
import { failureOfEvent } from "../bedrock-converse/failures";
import type { MeterVerdict, StreamMeter } from "../operation";
import type { AnswerContext, StreamDecoder, StreamEncoder } from "../translation";
import { unwrapped, wrapped } from "./wire";

/** Reads Anthropic's events out of their chunks; exceptions of Bedrock stand beside them. */
export function createStreamDecoder(): StreamDecoder {
  const decoder = createMessageDecoder();
  let failed = false;
  return {
    ...decoder,
    push: (event) => {
      if (failed) return [];
      const failure = failureOfEvent(event, usageBeside);
      if (failure === undefined) return decoder.push(unwrapped(event));
      failed = true;
      return [{ type: "error", failure }];
    },
  };
}

export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  const encoder = createMessageEncoder(context);
  return { ...encoder, push: (event) => wrapped(encoder.push(event)) };
}

const skip: MeterVerdict = { forward: false, token: false, terminal: false };

/** Watches a stream that passes through. Its checksums were looked at, so that no event was cut. */
export function createStreamMeter(): StreamMeter {
  const meter = createMessageMeter();
  let error: ReturnType<typeof failureOfEvent>;
  return {
    ...meter,
    push: (event) => {
      if (error !== undefined) return skip;
      error = failureOfEvent(event, usageBeside);
      return error === undefined ? { ...meter.push(unwrapped(event)), whole: true } : skip;
    },
    facts: () => ({
      ...meter.facts(),
      missingTail: "",
      ...(error?.usage !== undefined && { usage: error.usage }),
      ...(error !== undefined && { error }),
    }),
  };
}
