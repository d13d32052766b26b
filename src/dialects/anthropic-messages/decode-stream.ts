import type { CompletionEvent } from "#core/completion";
import { isObject, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { withoutFields } from "../fields";
import { InvalidAnswer } from "../operation";
import { errorEvent, readFailureJson } from "../read-failure";
import type { StreamDecoder } from "../translation";
import { type BlockReader, blocksOf, createBlockReader } from "./block-reader";
import { answerExtensions, finishOf, headOf } from "./decode-response";
import { createUsageTally } from "./usage";

/**
 * Reads a streamed answer: https://docs.claude.com/en/docs/build-with-claude/streaming. It is complete with
 * `message_stop`. Event types that are not known are passed over, as Anthropic's versioning policy asks.
 */
export function createStreamDecoder(): StreamDecoder {
  const tally = createUsageTally();
  const open = new Map<number, BlockReader>();
  let message: JsonObject | undefined;
  let blocks = 0;
  let finished = false;
  let ended = false;
  let failed = false;

  const openBlock = (block: JsonObject): BlockReader => createBlockReader(block, blocks++);

  const start = (event: JsonObject): readonly CompletionEvent[] => {
    const next = objectOf(event, "message") ?? {};
    if (message) {
      // Some proxies send it twice; a second message is not a repetition.
      if (blocks === 0 && message.id === next.id) return [];
      throw new InvalidAnswer("The provider's stream began a second message before the first ended");
    }
    message = next;
    tally.add(next.usage);
    const whole = blocksOf(next.content).map(openBlock);
    return [
      { type: "start", ...headOf(next, tally), extensions: answerExtensions(next, tally) },
      ...whole.flatMap((reader) => [...reader.start(), ...reader.stop()]),
    ];
  };

  const blockAt = (event: JsonObject): BlockReader => {
    const reader = open.get(indexOf(event));
    if (!reader) throw new InvalidAnswer(`The provider's stream has ${describe(event)} for a block that is not open`);
    return reader;
  };

  const startBlock = (event: JsonObject): readonly CompletionEvent[] => {
    const reader = openBlock(objectOf(event, "content_block") ?? {});
    open.set(indexOf(event), reader);
    return reader.start();
  };

  const stopBlock = (event: JsonObject): readonly CompletionEvent[] => {
    const reader = blockAt(event);
    open.delete(indexOf(event));
    return reader.stop();
  };

  const messageDelta = (event: JsonObject): readonly CompletionEvent[] => {
    const delta = objectOf(event, "delta") ?? {};
    tally.add(event.usage);
    message = { ...message, ...delta, ...withoutFields(event, ["type", "delta", "usage"]) };
    const usage = isObject(event.usage) ? tally.usage() : undefined;
    const serviceTier = tally.serviceTier();
    return [
      ...(typeof delta.stop_reason === "string" ? finish() : []),
      ...(usage ? [{ type: "usage", usage, ...(serviceTier !== undefined && { serviceTier }) } as const] : []),
    ];
  };

  const finish = (): readonly CompletionEvent[] => {
    if (finished) return [];
    finished = true;
    return [{ type: "finish", ...finishOf(message ?? {}) }];
  };

  const stop = (): readonly CompletionEvent[] => {
    ended = true;
    const owed = [...open.values()].flatMap((reader) => reader.stop());
    return [...owed, ...finish(), { type: "end", extensions: answerExtensions(message ?? {}, tally) }];
  };

  const decode = (event: JsonObject, type: string): readonly CompletionEvent[] => {
    if (type === "error") {
      failed = true;
      return [errorEvent(readFailureJson(event), "The provider's stream ended with an error without a message")];
    }
    if (type === "message_start") return start(event);
    if (!message && handled.includes(type)) throw new InvalidAnswer(`The provider's stream begins with ${type}`);
    switch (type) {
      case "content_block_start":
        return startBlock(event);
      case "content_block_delta":
        return blockAt(event).delta(objectOf(event, "delta") ?? {});
      case "content_block_stop":
        return stopBlock(event);
      case "message_delta":
        return messageDelta(event);
      case "message_stop":
        return stop();
      default:
        return [];
    }
  };

  return {
    push: ({ event, data }) => {
      if (ended || failed || data === "") return [];
      const parsed = tryParseJson(data);
      if (!isObject(parsed))
        throw new InvalidAnswer(`The provider's stream has ${event} data that is not a JSON object`);
      return decode(parsed, stringOf(parsed, "type") ?? event);
    },
    finish: () => ({ complete: ended, events: [] }),
  };
}

const handled = ["content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"];

function indexOf(event: JsonObject): number {
  return numberOf(event, "index") ?? 0;
}

function describe(event: JsonObject): string {
  return `${stringOf(event, "type") ?? "an event"} at index ${indexOf(event)}`;
}
