import type { Citation, CompletionEvent, Logprob, ReasoningState } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { FreeFormReader } from "../free-form";
import { writeLogprobs } from "../openai-logprobs";
import { writeCitation } from "./citations";
import { writeState } from "./reasoning-state";

/** Where an item's events go: numbered and written for a stream, passed over for a whole answer. */
export type EventSink = {
  readonly emit: (type: string, fields: JsonObject) => void;
  /** One that is nothing but a text in its place. */
  readonly delta: (type: string, place: JsonObject, text: string) => void;
};

export type ItemStatus = "completed" | "incomplete";

/** What an answer's item is written as, from its beginning to its end. */
export type ItemPlace = { readonly id: string; readonly index: number };

/** Opens a part of a message, or an item of its own, once there is something to say. */
export type ItemWriter = {
  readonly text: (text: string, logprobs: readonly Logprob[] | undefined) => void;
  readonly json: (json: string) => void;
  readonly cite: (citation: Citation) => void;
  readonly note: (state: ReasoningState) => void;
  /** The item as it ended; nothing where it said nothing. */
  readonly end: (status: ItemStatus) => void;
  /** Whether some citation had no words here. */
  readonly lostCitations: boolean;
  /** What signs a text. */
  readonly signature?: ReasoningState | undefined;
};

const noop = () => undefined;
const silent = { text: noop, json: noop, cite: noop, note: noop, lostCitations: false };

/** A message, to which texts and refusals add their parts. */
export class MessageWriter {
  readonly content: JsonObject[] = [];
  openParts = 0;
  /** Another item has begun: what text comes after it goes into another message. */
  isSealed = false;
  /** The answer was cut in its last part. */
  isCut = false;

  constructor(
    readonly place: ItemPlace,
    private readonly sink: EventSink,
  ) {
    sink.emit("response.output_item.added", { output_index: place.index, item: this.item("in_progress") });
  }

  item(status: ItemStatus | "in_progress"): JsonObject {
    return { id: this.place.id, type: "message", status, role: "assistant", content: [...this.content] };
  }

  end(): JsonObject {
    const item = this.item(this.isCut ? "incomplete" : "completed");
    this.sink.emit("response.output_item.done", { output_index: this.place.index, item });
    return item;
  }
}

/** @param messageFor Opens the message that a part goes into. */
export class PartWriter implements ItemWriter {
  readonly json = noop;
  lostCitations = false;
  signature: ReasoningState | undefined;
  private message: MessageWriter | undefined;
  private at: JsonObject = {};
  private written = "";
  private readonly annotations: JsonObject[] = [];
  private readonly logprobs: Logprob[] = [];

  constructor(
    private readonly kind: "text" | "refusal",
    private readonly sink: EventSink,
    private readonly messageFor: () => MessageWriter,
    private readonly closed: (message: MessageWriter, status: ItemStatus) => void,
  ) {}

  text(text: string, logprobs: readonly Logprob[] | undefined): void {
    this.begin();
    this.written += text;
    const type = this.kind === "refusal" ? "response.refusal.delta" : "response.output_text.delta";
    if (logprobs === undefined) {
      this.sink.delta(type, this.at, text);
      return;
    }
    for (const each of logprobs) this.logprobs.push(each);
    this.sink.emit(type, { ...this.at, delta: text, logprobs: writeLogprobs(logprobs) });
  }

  note(state: ReasoningState): void {
    this.signature = state;
  }

  cite(citation: Citation): void {
    this.begin();
    const annotation = writeCitation(citation, this.written.length);
    if (annotation === undefined) {
      this.lostCitations = true;
      return;
    }
    const fields = { ...this.at, annotation_index: this.annotations.length, annotation };
    this.annotations.push(annotation);
    this.sink.emit("response.output_text.annotation.added", fields);
  }

  end(status: ItemStatus): void {
    const { message } = this;
    if (message === undefined) return;
    const part = this.part();
    if (this.kind === "refusal") this.sink.emit("response.refusal.done", { ...this.at, refusal: this.written });
    else this.sink.emit("response.output_text.done", { ...this.at, text: this.written, logprobs: part.logprobs });
    this.sink.emit("response.content_part.done", { ...this.at, part });
    message.content[Number(this.at.content_index)] = part;
    message.openParts--;
    this.closed(message, status);
  }

  private begin(): void {
    if (this.message !== undefined) return;
    const message = this.messageFor();
    this.message = message;
    const { id, index } = message.place;
    this.at = { item_id: id, output_index: index, content_index: message.content.length };
    const part = this.part();
    message.content.push(part);
    message.openParts++;
    this.sink.emit("response.content_part.added", { ...this.at, part });
  }

  private part(): JsonObject {
    if (this.kind === "refusal") return { type: "refusal", refusal: this.written };
    const logprobs = writeLogprobs(this.logprobs);
    return { type: "output_text", annotations: [...this.annotations], logprobs, text: this.written };
  }
}

/** Thoughts are shown as a summary, which all clients read; state comes with the item's end. */
export class ReasoningWriter implements ItemWriter {
  readonly json = noop;
  readonly cite = noop;
  readonly lostCitations = false;
  private place: ItemPlace | undefined;
  private at: JsonObject = {};
  private state: ReasoningState | undefined;
  private written = "";

  constructor(
    private readonly sink: EventSink,
    private readonly open: () => ItemPlace,
    private readonly closed: (place: ItemPlace, item: JsonObject) => void,
  ) {}

  text(text: string): void {
    if (text === "") return;
    const at = this.begin();
    if (this.written === "") this.sink.emit("response.reasoning_summary_part.added", { ...at, part: summaryText("") });
    this.written += text;
    this.sink.delta("response.reasoning_summary_text.delta", at, text);
  }

  note(state: ReasoningState): void {
    this.begin();
    this.state = state;
  }

  end(status: ItemStatus): void {
    const { place, written } = this;
    if (place === undefined) return;
    if (written !== "") {
      const at = this.begin();
      this.sink.emit("response.reasoning_summary_text.done", { ...at, text: written });
      this.sink.emit("response.reasoning_summary_part.done", { ...at, part: summaryText(written) });
    }
    const item = {
      ...this.item(written === "" ? [] : [summaryText(written)]),
      ...(status === "incomplete" && { status }),
    };
    this.sink.emit("response.output_item.done", { output_index: place.index, item });
    this.closed(place, item);
  }

  private begin(): JsonObject {
    if (this.place === undefined) {
      this.place = this.open();
      this.at = { item_id: this.place.id, output_index: this.place.index, summary_index: 0 };
      this.sink.emit("response.output_item.added", { output_index: this.place.index, item: this.item([]) });
    }
    return this.at;
  }

  private item(summary: readonly JsonObject[]): JsonObject {
    const content = this.state && writeState(this.state, this.place?.id);
    return {
      id: this.place?.id,
      type: "reasoning",
      summary,
      ...(content !== undefined && { encrypted_content: content }),
    };
  }
}

function summaryText(text: string): JsonObject {
  return { type: "summary_text", text };
}

type CallStart = Extract<CompletionEvent, { readonly type: "item-start"; readonly kind: "tool-call" }>;

/** How a client has the tool that is called. */
export type CalledAs = { readonly isFreeForm: boolean; readonly name: string; readonly namespace?: string };

export class CallWriter implements ItemWriter {
  readonly text = noop;
  readonly cite = noop;
  readonly note = noop;
  readonly lostCitations = false;
  private written = "";
  private readonly reader: FreeFormReader | undefined;
  private readonly at: JsonObject;

  constructor(
    private readonly sink: EventSink,
    private readonly place: ItemPlace,
    private readonly start: CallStart,
    private readonly called: CalledAs,
    private readonly closed: (place: ItemPlace, item: JsonObject) => void,
  ) {
    if (called.isFreeForm) this.reader = new FreeFormReader();
    this.at = { item_id: place.id, output_index: place.index };
    sink.emit("response.output_item.added", { output_index: place.index, item: this.item("in_progress") });
  }

  json(json: string): void {
    const piece = this.reader === undefined ? json : this.reader.add(json);
    if (piece !== "") this.grow(piece);
  }

  end(status: ItemStatus): void {
    const rest = this.reader?.rest() ?? (this.written === "" ? "{}" : "");
    if (rest !== "") this.grow(rest);
    if (this.reader === undefined)
      this.sink.emit("response.function_call_arguments.done", {
        ...this.at,
        name: this.called.name,
        arguments: this.written,
      });
    else this.sink.emit("response.custom_tool_call_input.done", { ...this.at, input: this.written });
    const item = this.item(status);
    this.sink.emit("response.output_item.done", { output_index: this.place.index, item });
    this.closed(this.place, item);
  }

  private grow(piece: string): void {
    this.written += piece;
    const type =
      this.reader === undefined ? "response.function_call_arguments.delta" : "response.custom_tool_call_input.delta";
    this.sink.delta(type, this.at, piece);
  }

  private item(status: ItemStatus | "in_progress"): JsonObject {
    const { isFreeForm, name, namespace } = this.called;
    const said = isFreeForm ? { input: this.written } : { arguments: this.written };
    return {
      id: this.place.id,
      type: isFreeForm ? "custom_tool_call" : "function_call",
      status,
      call_id: this.start.id,
      name,
      ...(namespace !== undefined && { namespace }),
      ...said,
    };
  }
}

/** Nothing of an item can be said here. */
export const lostItem: ItemWriter = { ...silent, end: noop };
