import type { UpstreamFailure } from "#core/upstream-failure";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type JsonObject, objectOf, stringOf, tryParseJson } from "#lib/json";
import { EventTemplate } from "../event-template";
import { carriesNothing, isHarmless } from "../idle-events";
import type { MeterOptions, MeterVerdict, StreamMeter } from "../operation";
import { factsOf } from "./decode-response";
import { failureOfEvent } from "./failures";
import { createUsageTally } from "./usage";
import { isKnownType } from "./wire";

const messageStop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const pass: MeterVerdict = { forward: true, token: false, terminal: false };
const passToken: MeterVerdict = { forward: true, token: true, terminal: false };
const passKnown: MeterVerdict = { forward: true, token: true, terminal: false, whole: true };
const passLast: MeterVerdict = { forward: true, token: false, terminal: true };
const passRead: MeterVerdict = { forward: true, token: false, terminal: false, whole: true };
const skip: MeterVerdict = { forward: false, token: false, terminal: false };

/** Watches a stream that passes through: parses `message_start`, `message_delta` and `error`, and nothing else. */
export function createStreamMeter({ hideIdle }: Pick<MeterOptions, "hideIdle"> = {}): StreamMeter {
  const tally = createUsageTally();
  const template = new EventTemplate();
  let model: string | undefined;
  let finishReason: string | undefined;
  let error: UpstreamFailure | undefined;
  let complete = false;
  let outputBytes = 0;

  const allOutputBytes = () => outputBytes + template.passedBytes;

  const start = (event: JsonObject): void => {
    const message = objectOf(event, "message") ?? {};
    tally.add(message.usage);
    model = stringOf(message, "model");
    finishReason = stringOf(message, "stop_reason");
  };

  const messageDelta = (event: JsonObject): void => {
    tally.add(event.usage);
    finishReason = stringOf(objectOf(event, "delta") ?? {}, "stop_reason") ?? finishReason;
  };

  const blockDelta = ({ data, raw }: StreamEvent): MeterVerdict => {
    const chars = deltaChars(data);
    if (chars === 0) return pass;
    const text = deltaText(parse(data));
    outputBytes += text === undefined ? chars : Buffer.byteLength(text);
    if (text?.length === chars) template.remember(raw, text);
    return passToken;
  };

  const push = (event: StreamEvent): MeterVerdict => {
    // Nothing that follows its end belongs to the answer.
    if (complete || error !== undefined) return skip;
    if (template.takes(event.raw)) return passKnown;
    if (carriesNothing(event, isKnownType)) return isHarmless(event) && hideIdle !== true ? pass : skip;
    switch (event.event === "message" ? sniffType(event.data) : event.event) {
      case "content_block_delta":
        return blockDelta(event);
      case "content_block_start":
        return event.data.includes('"tool_use"') ? passToken : pass;
      case "message_start":
        start(parse(event.data));
        return pass;
      case "message_delta":
        messageDelta(parse(event.data));
        return pass;
      case "error":
        error = failureOfEvent(tryParseJson(event.data) ?? event.data);
        template.forget();
        // It is told in our words, where the stream ends.
        return skip;
      case "message_stop":
        complete = true;
        template.forget();
        return passLast;
      default:
        // One of a type that is not known was parsed.
        return isKnownType(event.event) ? pass : passRead;
    }
  };

  return {
    push,
    ordinary: template,
    outputBytes: allOutputBytes,
    finished: () => finishReason !== undefined,
    facts: () => ({
      ...factsOf(tally, finishReason, model),
      ...(error?.usage && { usage: error.usage }),
      complete,
      missingTail: complete ? "" : messageStop,
      outputBytes: allOutputBytes(),
      ...(error && { error }),
    }),
  };
}

function parse(data: string): JsonObject {
  const parsed = tryParseJson(data);
  return isObject(parsed) ? parsed : {};
}

const types = ["content_block_delta", "content_block_start", "message_start", "message_delta", "message_stop", "error"];
const quotedTypes = types.map((type) => [type, `"${type}"`] as const);

/** The type of an event that came without its `event:` line. Inside a JSON string the quotes would be escaped. */
function sniffType(data: string): string | undefined {
  return quotedTypes.find(([, quoted]) => data.includes(quoted))?.[0];
}

const textKeys = ['"text":', '"partial_json":', '"thinking":'];

function deltaText(event: JsonObject): string | undefined {
  const delta = objectOf(event, "delta") ?? {};
  return stringOf(delta, "text") ?? stringOf(delta, "partial_json") ?? stringOf(delta, "thinking");
}

/** Length of the text that a `content_block_delta` carries, read without parsing it. */
function deltaChars(data: string): number {
  for (const key of textKeys) {
    const at = data.indexOf(key);
    if (at >= 0) return stringChars(data, data.indexOf('"', at + key.length) + 1);
  }
  return 0;
}

const quote = 34;
const backslash = 92;
const letterU = 117;

/** UTF-16 units in the JSON string whose content begins at `from`. */
function stringChars(data: string, from: number): number {
  let chars = 0;
  for (let i = from; i < data.length; i++, chars++) {
    const code = data.charCodeAt(i);
    if (code === quote) break;
    if (code === backslash) i += data.charCodeAt(i + 1) === letterU ? 5 : 1;
  }
  return chars;
}
