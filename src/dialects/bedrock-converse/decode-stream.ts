import type { CompletionEvent } from "#core/completion";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { InvalidAnswer } from "../operation";
import { withOrdinaryDeltas } from "../ordinary-deltas";
import type { StreamDecoder } from "../translation";
import { answerExtensions, finishOf, tierOf } from "./decode-response";
import { failureOfEvent } from "./failures";
import { StreamBlocks } from "./stream-blocks";
import { readUsage } from "./usage";
import { payloadOf } from "./wire";

/**
 * Reads a streamed answer: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html.
 * It is finished with `messageStop` and complete with `metadata`, which has the usage. Events and deltas that are not known
 * are passed over.
 */
export function createStreamDecoder(): StreamDecoder {
  const blocks = new StreamBlocks();
  let begun = false;
  let finished = false;
  let over = false;
  let said: JsonObject = {};

  const begin = (): readonly CompletionEvent[] => {
    if (begun) return [];
    begun = true;
    return [{ type: "start", id: "", model: "" }];
  };

  const end = (): readonly CompletionEvent[] => {
    over = true;
    return [{ type: "end", extensions: answerExtensions(said) }];
  };

  const stop = (event: JsonObject): readonly CompletionEvent[] => {
    if (finished) return [];
    finished = true;
    said = event;
    return [...begin(), ...blocks.stopAll(), { type: "finish", ...finishOf(event, blocks.hasCalls) }];
  };

  const close = (event: JsonObject): readonly CompletionEvent[] => {
    const usage = readUsage(event.usage);
    const serviceTier = tierOf(event);
    const told: readonly CompletionEvent[] =
      usage === undefined ? [] : [{ type: "usage", usage, ...(serviceTier !== undefined && { serviceTier }) }];
    said = { ...said, ...event };
    return finished ? [...told, ...end()] : [...begin(), ...told];
  };

  const decode = (event: JsonObject, type: string): readonly CompletionEvent[] => {
    switch (type) {
      case "messageStart":
        return begin();
      case "contentBlockStart":
        return [...begin(), ...blocks.start(event)];
      case "contentBlockDelta":
        return begun ? blocks.delta(event) : [...begin(), ...blocks.delta(event)];
      case "contentBlockStop":
        return blocks.stop(event);
      case "messageStop":
        return stop(event);
      case "metadata":
        return close(event);
      default:
        return [];
    }
  };

  return {
    push: withOrdinaryDeltas(
      (received) => {
        if (over) return [];
        const failure = failureOfEvent(received);
        if (failure !== undefined) {
          over = true;
          finished = false;
          return [{ type: "error", failure }];
        }
        const parsed = tryParseJson(received.data);
        if (isObject(parsed)) return decode(parsed, received.event);
        if (knownTypes.has(received.event))
          throw new InvalidAnswer(`The provider's stream has ${received.event} data that is not a JSON object`);
        return [];
      },
      { bytesOf: payloadOf },
    ),
    finished: () => finished,
    finish: () => {
      if (!finished || over) return { complete: finished, events: [] };
      return { complete: true, events: end() };
    },
  };
}

const knownTypes: ReadonlySet<string> = new Set([
  ...["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"],
]);
