import type { CompletionEvent, FinishReason } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { JsonObject } from "#lib/json";
import { finishMessage } from "../finish-message";
import type { AnswerContext, StreamEncoder } from "../translation";
import type { EventSink } from "./item-writer";
import { OutputWriter } from "./output-writer";
import { type ResponseHead, responseHead, statusOf } from "./response-head";
import { writeEvent } from "./wire";

/** Writes a streamed answer as the events of a response, numbered from 0. */
export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  const events = new EventWriter();
  const answer = new AnswerWriter(events, context);
  return {
    push: (event) => {
      answer.push(event);
      return events.take();
    },
    dropped: () => answer.dropped(),
    said: () => ({ sequence: events.sequence, response: answer.unfinished() }),
  };
}

/** Puts events into text, each with its number. */
class EventWriter implements EventSink {
  sequence = 0;
  private text = "";
  /** Of the delta before: most differ in their text and number alone. */
  private frame: { readonly type: string; readonly place: JsonObject; readonly before: string } | undefined;

  emit(type: string, fields: JsonObject): void {
    this.text += writeEvent(type, this.sequence++, fields);
  }

  delta(type: string, place: JsonObject, text: string): void {
    if (this.frame?.type !== type || this.frame.place !== place) {
      const fields = JSON.stringify({ type, ...place });
      this.frame = { type, place, before: `event: ${type}\ndata: ${fields.slice(0, -1)},"delta":` };
    }
    const probs = type === "response.output_text.delta" ? ',"logprobs":[]' : "";
    this.text += `${this.frame.before}${JSON.stringify(text)}${probs},"sequence_number":${this.sequence++}}\n\n`;
  }

  take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}

/** Writes an answer's events, and holds the response that they come to. */
export class AnswerWriter {
  /** The response as the last event has it. */
  response: JsonObject = {};
  private head: ResponseHead;
  private items: OutputWriter;
  private usage: Usage | undefined;
  private reason: FinishReason | undefined;

  constructor(
    private readonly sink: EventSink,
    private readonly context: AnswerContext,
  ) {
    this.head = responseHead({ id: "", model: "" }, context);
    this.items = new OutputWriter(sink, this.head.seed, context);
  }

  push(event: CompletionEvent): void {
    switch (event.type) {
      case "start":
        this.start(event);
        return;
      case "finish":
        if (event.choice === 0) this.reason = event.reason;
        if (event.message !== undefined) this.items.dropped.add(finishMessage);
        return;
      case "usage":
        this.usage = event.usage;
        return;
      case "error":
        this.fail(event.failure);
        return;
      case "end":
        this.end();
        return;
      default:
        this.items.push(event);
    }
  }

  dropped(): readonly string[] {
    return [...this.items.dropped];
  }

  /** For the event that says that it failed. */
  unfinished(): JsonObject {
    return this.head.write({ status: "in_progress" }, this.items.output, this.usage);
  }

  private start(event: Extract<CompletionEvent, { type: "start" }>): void {
    this.head = responseHead(event, this.context);
    this.usage = event.usage;
    const response = this.head.write({ status: "in_progress" }, [], undefined);
    this.sink.emit("response.created", { response });
    this.sink.emit("response.in_progress", { response });
  }

  private end(): void {
    const status = statusOf(this.reason);
    this.items.finish(status.status === "incomplete" ? "incomplete" : "completed");
    this.response = this.head.write(status, this.items.output, this.usage);
    this.sink.emit(`response.${status.status}`, { response: this.response });
  }

  private fail({ message, code, type }: UpstreamFailure): void {
    const error = { code: code ?? type ?? "server_error", message };
    this.sink.emit("error", { ...error, param: null });
    const response = this.head.write({ status: "failed", error }, this.items.output, this.usage);
    this.sink.emit("response.failed", { response });
  }
}
