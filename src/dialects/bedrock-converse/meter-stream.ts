import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type JsonObject, objectOf, stringOf, tryParseJson } from "#lib/json";
import { EventTemplate } from "../event-template";
import type { MeterVerdict, StreamMeter } from "../operation";
import { tierOf } from "./decode-response";
import { failureOfEvent } from "./failures";
import { readUsage } from "./usage";
import { payloadOf } from "./wire";

const pass: MeterVerdict = { forward: true, token: false, terminal: false, whole: true };
const passToken: MeterVerdict = { forward: true, token: true, terminal: false, whole: true };
const passLast: MeterVerdict = { forward: true, token: false, terminal: true, whole: true };
const skip: MeterVerdict = { forward: false, token: false, terminal: false };

/** Watches a stream that passes through. Its checksums were looked at, so that no event was cut. */
export function createStreamMeter(): StreamMeter {
  const template = new EventTemplate();
  let usage: Usage | undefined;
  let serviceTier: string | undefined;
  let finishReason: string | undefined;
  let error: UpstreamFailure | undefined;
  let over = false;
  let outputBytes = 0;

  const delta = (event: StreamEvent): MeterVerdict => {
    const text = deltaText(parse(event.data));
    if (text === undefined) return pass;
    outputBytes += Buffer.byteLength(text);
    template.forget();
    template.remember(payloadOf(event), text);
    return passToken;
  };

  const close = (event: JsonObject): MeterVerdict => {
    usage = readUsage(event.usage) ?? usage;
    serviceTier = tierOf(event) ?? serviceTier;
    if (finishReason === undefined) return pass;
    over = true;
    return passLast;
  };

  const push = (event: StreamEvent): MeterVerdict => {
    // Nothing that follows its end belongs to the answer.
    if (over || error !== undefined) return skip;
    if (template.matches(payloadOf(event))) {
      outputBytes += template.textBytes();
      return passToken;
    }
    error = failureOfEvent(event);
    // It is told in our words, where the stream ends.
    if (error !== undefined) return skip;
    switch (event.event) {
      case "contentBlockDelta":
        return delta(event);
      case "contentBlockStart":
        return event.data.includes('"toolUse"') ? passToken : pass;
      case "messageStop":
        finishReason = stringOf(parse(event.data), "stopReason") ?? "";
        return pass;
      case "metadata":
        return close(parse(event.data));
      default:
        return pass;
    }
  };

  return {
    push,
    outputBytes: () => outputBytes,
    finished: () => finishReason !== undefined,
    facts: () => ({
      ...(usage !== undefined && { usage }),
      ...(error?.usage !== undefined && { usage: error.usage }),
      ...(finishReason !== undefined && { finishReason }),
      ...(serviceTier !== undefined && { serviceTier }),
      complete: finishReason !== undefined,
      missingTail: "",
      outputBytes,
      ...(error && { error }),
    }),
  };
}

function parse(data: string): JsonObject {
  const parsed = tryParseJson(data);
  return isObject(parsed) ? parsed : {};
}

/** The text, reasoning or input that a delta carries. */
function deltaText(event: JsonObject): string | undefined {
  const delta = objectOf(event, "delta") ?? {};
  return (
    stringOf(delta, "text") ??
    stringOf(objectOf(delta, "toolUse") ?? {}, "input") ??
    stringOf(objectOf(delta, "reasoningContent") ?? {}, "text")
  );
}
