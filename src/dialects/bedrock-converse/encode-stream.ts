import type { CompletionEvent, Finish } from "#core/completion";
import type { Usage } from "#core/usage";
import type { JsonObject } from "#lib/json";
import { withoutFields } from "../fields";
import { finishMessage } from "../finish-message";
import type { StreamEncoder } from "../translation";
import { createBlockWriter } from "./block-writer";
import { closingFields } from "./encode-response";
import { encodeStopReason } from "./stop-reason";
import { writeUsage } from "./usage";
import { own, writeEvent } from "./wire";

/** Writes a streamed answer. Finish and usage may come in any order and late: `messageStop` and `metadata` are written at the end. */
export function createStreamEncoder(): StreamEncoder {
  const dropped = new Set<string>();
  const blocks = createBlockWriter(dropped);
  let usage: Usage | undefined;
  let serviceTier: string | undefined;
  let finish: Finish | undefined;
  let kept: JsonObject = {};
  let refused = false;

  const end = (): string => {
    const fields = kept.additionalModelResponseFields;
    const stop = {
      stopReason: encodeStopReason(finish, refused),
      ...(fields !== undefined && { additionalModelResponseFields: fields }),
    };
    const rest = withoutFields(kept, ["additionalModelResponseFields"]);
    const metadata = { usage: writeUsage(usage), ...closingFields(serviceTier, rest) };
    return blocks.closeAll() + writeEvent("messageStop", stop) + writeEvent("metadata", metadata);
  };

  const encode = (event: CompletionEvent): string => {
    switch (event.type) {
      case "start":
        ({ usage, serviceTier } = event);
        kept = own(event.extensions);
        return writeEvent("messageStart", { role: "assistant" });
      case "usage":
        ({ usage, serviceTier = serviceTier } = event);
        return "";
      case "finish":
        finish = event;
        if (event.message !== undefined) dropped.add(finishMessage);
        return "";
      case "end":
        if (event.extensions !== undefined) kept = own(event.extensions);
        return end();
      case "error":
        // Worded where the stream is ended.
        return "";
      default:
        refused ||= event.type === "item-start" && event.kind === "refusal";
        return blocks.push(event);
    }
  };

  return {
    push: (event) => {
      if (!("choice" in event) || event.choice === 0) return encode(event);
      dropped.add(`choices[${event.choice}]`);
      return "";
    },
    dropped: () => [...dropped],
  };
}
