import type { CompletionEvent, Finish } from "#core/completion";
import { noUsage, type Usage } from "#core/usage";
import { isObject, type JsonObject, objectOf } from "#lib/json";
import { withoutFields } from "../fields";
import { finishMessage } from "../finish-message";
import type { AnswerContext, StreamEncoder } from "../translation";
import { createBlockWriter } from "./block-writer";
import { messageHead } from "./encode-response";
import { knownErrorType } from "./errors";
import { encodeStopDetails, encodeStopReason } from "./stop-reason";
import { writeUsage } from "./usage";
import { compact, own, writeEvent } from "./wire";

/**
 * Writes a streamed answer. Finish and usage may come in any order and late, so `message_delta` is written at the end,
 * with all of the usage; `message_start` has what is known by then.
 */
export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  const dropped = new Set<string>();
  const blocks = createBlockWriter(dropped);
  let usage: Usage | undefined;
  let serviceTier: string | undefined;
  let kept: JsonObject = {};
  let finish: Finish | undefined;
  let refused = false;
  let failed = false;

  const start = (event: Extract<CompletionEvent, { type: "start" }>): string => {
    usage = event.usage;
    serviceTier = event.serviceTier;
    kept = own(event.extensions);
    const message = {
      ...messageHead(event, context),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      // Clients show it, and compact their history by it.
      usage: writeUsage(usage ?? { ...noUsage, input: context.inputTokens ?? 0 }, serviceTier),
    };
    return writeEvent("message_start", { message });
  };

  const end = (event: Extract<CompletionEvent, { type: "end" }>): string => {
    if (event.extensions) kept = own(event.extensions);
    const delta = closingDelta(finish, refused, kept);
    if (finish?.message !== undefined && !isObject(delta.stop_details)) dropped.add(finishMessage);
    const messageDelta = {
      delta,
      usage: withoutFields(
        writeUsage(usage, undefined, objectOf(kept, "usage")),
        usage?.cacheWrite1h ? [] : ["cache_creation"],
      ),
      ...withoutFields(kept, ["usage", "stop_details", "container"]),
    };
    return blocks.closeAll() + writeEvent("message_delta", messageDelta) + writeEvent("message_stop", {});
  };

  const encode = (event: CompletionEvent): string => {
    switch (event.type) {
      case "start":
        return start(event);
      case "usage":
        usage = event.usage;
        return "";
      case "finish":
        finish = event;
        return "";
      case "end":
        return end(event);
      case "error":
        failed = true;
        return writeEvent("error", {
          error: { type: knownErrorType(event.failure.type) ?? "api_error", message: event.failure.message },
        });
      default:
        refused ||= event.type === "item-start" && event.kind === "refusal";
        return blocks.push(event);
    }
  };

  return {
    push: (event) => {
      if (failed) return "";
      if (!("choice" in event) || event.choice === 0) return encode(event);
      dropped.add(`choices[${event.choice}]`);
      return "";
    },
    dropped: () => [...dropped],
  };
}

function closingDelta(finish: Finish | undefined, refused: boolean, kept: JsonObject): JsonObject {
  const stopReason = encodeStopReason(finish, refused);
  return compact({
    stop_reason: stopReason,
    stop_sequence: finish?.stopSequence ?? null,
    stop_details: kept.stop_details === undefined ? encodeStopDetails(finish, stopReason) : kept.stop_details,
    container: kept.container,
  });
}
