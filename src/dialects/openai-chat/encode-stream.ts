import type { CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import { finishMessage } from "../finish-message";
import type { AnswerContext, StreamEncoder } from "../translation";
import { doneMark } from "./chunk";
import { createChunkWriter } from "./chunk-writer";
import { createItemEncoder, type ItemEvent } from "./encode-item";
import { callFormsOf, writeFinishReason } from "./wire";

/** Writes a streamed answer as chunks, the usage chunk where asked for, and `[DONE]`. */
export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  const chunks = createChunkWriter(context);
  const forms = callFormsOf(context);
  const items = createItemEncoder(forms);
  const dropped = new Set<string>();
  let usage: Usage | undefined;

  const writeItem = (event: ItemEvent): string => {
    const written = items.encode(event);
    if (written === "lost") dropped.add(lossOf(event));
    else if (written?.field !== undefined) return chunks.text(event.choice, written.field, written.text);
    else if (written !== undefined) return chunks.delta(event.choice, written.delta, written.rest);
    // Clients want to hear the role as soon as the model speaks.
    return event.type === "item-start" && !chunks.hasBegun(event.choice)
      ? chunks.delta(event.choice, { content: "" })
      : "";
  };

  const push = (event: CompletionEvent): string => {
    switch (event.type) {
      case "start":
        usage = event.usage;
        chunks.begin(event);
        return "";
      case "finish":
        if (event.message !== undefined) dropped.add(finishMessage);
        return chunks.delta(event.choice, {}, { finish_reason: writeFinishReason(event, forms.legacy) });
      case "usage":
        usage = event.usage;
        return "";
      case "error": {
        const error = {
          message: event.failure.message,
          type: event.failure.type ?? event.failure.code ?? "server_error",
          param: null,
          code: null,
        };
        return `data: ${JSON.stringify({ error })}\n\n`;
      }
      case "end":
        return `${context.streamUsage && usage ? chunks.usage(usage) : ""}data: ${doneMark}\n\n`;
      default:
        return writeItem(event);
    }
  };

  return { push, dropped: () => [...dropped] };
}

function lossOf(event: ItemEvent): string {
  if (event.type === "citation") return "citations";
  return event.type === "reasoning-state" ? "reasoning" : "content";
}
