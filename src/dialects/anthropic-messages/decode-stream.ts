import type { CompletionEvent } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import { isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { tryParseJsonWithTexts } from "#lib/json-text";
import { withoutFields } from "../fields";
import { carriesNothing } from "../idle-events";
import { InvalidAnswer } from "../operation";
import { withOrdinaryDeltas } from "../ordinary-deltas";
import type { StreamDecoder } from "../translation";
import { type BlockReader, blocksOf, createBlockReader } from "./block-reader";
import { answerExtensions, finishOf, headOf } from "./decode-response";
import { failureOfEvent, isErrorEvent } from "./failures";
import { createUsageTally } from "./usage";
import { eventTexts } from "./verbatim";
import { isKnownType } from "./wire";

/**
 * Reads a streamed answer: https://docs.claude.com/en/docs/build-with-claude/streaming. It is complete with
 * `message_stop`. Event types that are not known are passed over, as Anthropic's versioning policy asks.
 */
export function createStreamDecoder(): StreamDecoder {
  const blocks = createBlocks();
  const message = createMessage(blocks);
  let failed = false;

  const fail = (failure: UpstreamFailure): readonly CompletionEvent[] => {
    failed = true;
    return [{ type: "error", failure }];
  };

  const decode = (event: JsonObject, type: string): readonly CompletionEvent[] => {
    switch (type) {
      case "message_start":
        return message.start(objectOf(event, "message") ?? {});
      case "content_block_start":
        return blocks.start(message.require(event, type));
      case "content_block_delta":
        return blocks.at(message.require(event, type)).delta(objectOf(event, "delta") ?? {});
      case "content_block_stop":
        return blocks.stop(message.require(event, type));
      case "message_delta":
        return message.change(message.require(event, type));
      case "message_stop":
        message.require(event, type);
        return message.stop();
      default:
        return [];
    }
  };

  return {
    push: withOrdinaryDeltas((received) => {
      const { event, data } = received;
      if (message.ended() || failed || carriesNothing(received, isKnownType)) return [];
      const parsed = tryParseJsonWithTexts(data, eventTexts);
      if (isErrorEvent(event, parsed)) return fail(failureOfEvent(parsed ?? data));
      if (!isObject(parsed))
        throw new InvalidAnswer(`The provider's stream has ${event} data that is not a JSON object`);
      return decode(parsed, stringOf(parsed, "type") ?? event);
    }),
    finished: message.finished,
    finish: (isSilent = false) => {
      const events = isSilent && message.finished() && !message.ended() ? message.stop() : [];
      return { complete: message.ended(), events };
    },
  };
}

/** The content blocks of a message: numbered as they begin, several open at once. */
function createBlocks() {
  const open = new Map<number, BlockReader>();
  let count = 0;
  const read = (block: JsonObject): BlockReader => createBlockReader(block, count++);
  const at = (event: JsonObject): BlockReader => {
    const reader = open.get(indexOf(event));
    if (!reader) throw new InvalidAnswer(`The provider's stream has ${describe(event)} for a block that is not open`);
    return reader;
  };
  return {
    read,
    at,
    count: () => count,
    start: (event: JsonObject): readonly CompletionEvent[] => {
      const reader = read(objectOf(event, "content_block") ?? {});
      open.set(indexOf(event), reader);
      return reader.start();
    },
    stop: (event: JsonObject): readonly CompletionEvent[] => {
      const reader = at(event);
      open.delete(indexOf(event));
      return reader.stop();
    },
    stopAll: (): readonly CompletionEvent[] => [...open.values()].flatMap((reader) => reader.stop()),
  };
}

/** What a stream says of the message around its blocks. */
function createMessage(blocks: ReturnType<typeof createBlocks>) {
  const tally = createUsageTally();
  let message: JsonObject | undefined;
  let finished = false;
  let ended = false;

  const finish = (): readonly CompletionEvent[] => {
    if (finished) return [];
    finished = true;
    return [{ type: "finish", ...finishOf(message ?? {}) }];
  };

  return {
    ended: () => ended,
    finished: () => finished,
    /** Gives the event back, which has to come inside of a message. */
    require: (event: JsonObject, type: string): JsonObject => {
      if (!message) throw new InvalidAnswer(`The provider's stream begins with ${type}`);
      return event;
    },
    start: (next: JsonObject): readonly CompletionEvent[] => {
      if (message) {
        // Some proxies send it twice; a second message is not a repetition.
        if (blocks.count() === 0 && message.id === next.id) return [];
        throw new InvalidAnswer("The provider's stream began a second message before the first ended");
      }
      message = next;
      tally.add(next.usage);
      const whole = blocksOf(next.content).map(blocks.read);
      return [
        { type: "start", ...headOf(next, tally), extensions: answerExtensions(next, tally) },
        ...whole.flatMap((reader) => [...reader.start(), ...reader.stop()]),
      ];
    },
    change: (event: JsonObject): readonly CompletionEvent[] => {
      const delta = objectOf(event, "delta") ?? {};
      tally.add(event.usage);
      message = { ...message, ...delta, ...withoutFields(event, ["type", "delta", "usage"]) };
      const usage = isObject(event.usage) ? tally.usage() : undefined;
      const serviceTier = tally.serviceTier();
      return [
        ...(typeof delta.stop_reason === "string" ? finish() : []),
        ...(usage ? [{ type: "usage", usage, ...(serviceTier !== undefined && { serviceTier }) } as const] : []),
      ];
    },
    stop: (): readonly CompletionEvent[] => {
      ended = true;
      return [...blocks.stopAll(), ...finish(), { type: "end", extensions: answerExtensions(message ?? {}, tally) }];
    },
  };
}

function indexOf(event: JsonObject): number {
  return numberOf(event, "index") ?? 0;
}

function describe(event: JsonObject): string {
  return `${stringOf(event, "type") ?? "an event"} at index ${indexOf(event)}`;
}
