import type { CompletionEvent } from "#core/completion";
import type { StreamSaid } from "#dialects/stream-said";
import type { AnswerFacts } from "../answer-facts";

type Facts = { -readonly [Fact in keyof AnswerFacts]: AnswerFacts[Fact] };

/** Collects what is known of a streamed answer out of its events. */
export class EventFacts {
  private readonly known: Facts = { complete: false, outputBytes: 0, dropped: [] };

  get outputBytes(): number {
    return this.known.outputBytes;
  }

  get isComplete(): boolean {
    return this.known.complete;
  }

  get hasFailed(): boolean {
    return this.known.error !== undefined;
  }

  /** All of it, with what the client's dialect could not carry. */
  with(dropped: readonly string[], said?: StreamSaid): AnswerFacts {
    return said === undefined ? { ...this.known, dropped } : { ...this.known, dropped, said };
  }

  /** Whether the event carries text, reasoning or a tool call. */
  add(event: CompletionEvent): boolean {
    const { known } = this;
    switch (event.type) {
      case "start":
        if (event.model !== "") known.model = event.model;
        if (event.usage !== undefined) known.usage = event.usage;
        if (event.serviceTier !== undefined) known.serviceTier = event.serviceTier;
        return false;
      case "usage":
        // What an error says of itself is the last word.
        if (known.error?.usage === undefined) known.usage = event.usage;
        if (event.serviceTier !== undefined) known.serviceTier = event.serviceTier;
        return false;
      case "finish":
        if (event.raw !== undefined) known.finishReason ??= event.raw;
        return false;
      case "text-delta":
        known.outputBytes += Buffer.byteLength(event.text);
        return event.text !== "";
      case "arguments-delta":
        known.outputBytes += Buffer.byteLength(event.json);
        return true;
      case "item-start":
        return event.kind === "tool-call" || event.kind === "opaque";
      case "error":
        known.error = event.failure;
        if (event.failure.usage !== undefined) known.usage = event.failure.usage;
        return false;
      case "end":
        known.complete = true;
        return false;
      default:
        return false;
    }
  }
}
