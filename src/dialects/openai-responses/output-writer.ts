import type { CompletionEvent, ReasoningState } from "#core/completion";
import { isObject, type JsonObject, stringOf } from "#lib/json";
import { freeFormNames } from "../free-form";
import { stateBeside } from "../part-states";
import type { AnswerContext } from "../translation";
import { toolPlaces } from "./decode-tools";
import {
  type CalledAs,
  CallWriter,
  type EventSink,
  type ItemPlace,
  type ItemStatus,
  type ItemWriter,
  lostItem,
  MessageWriter,
  PartWriter,
  ReasoningWriter,
} from "./item-writer";
import { madeItemId } from "./made-ids";
import { dialect } from "./wire";

export type ItemEvent = Extract<CompletionEvent, { readonly index: number }>;
type ItemStart = Extract<ItemEvent, { readonly type: "item-start" }>;

/**
 * Writes the items of an answer, in the order in which they began; texts that follow each other are parts of one message.
 * What ended last is closed when it is known whether the answer was cut there.
 */
export class OutputWriter {
  /** The items that ended, at their places. */
  readonly output: JsonObject[] = [];
  readonly dropped = new Set<string>();
  private readonly open = new Map<number, ItemWriter>();
  private readonly ended: ItemWriter[] = [];
  /** Of texts that ended. */
  private readonly signatures: ReasoningState[] = [];
  private message: MessageWriter | undefined;
  private count = 0;
  private readonly freeForm: ReadonlySet<string>;
  private readonly places: ReadonlyMap<string, JsonObject>;

  constructor(
    private readonly sink: EventSink,
    private readonly seed: string,
    { request }: AnswerContext,
  ) {
    this.freeForm = freeFormNames(request);
    this.places = toolPlaces(request);
  }

  push(event: ItemEvent): void {
    if (event.choice !== 0) {
      this.dropped.add(`choices[${event.choice}]`);
      return;
    }
    if (event.type === "item-start") {
      this.flush("completed");
      this.open.set(event.index, this.writerFor(event));
      return;
    }
    const writer = this.open.get(event.index);
    if (writer === undefined) return;
    switch (event.type) {
      case "text-delta":
        writer.text(event.text, event.logprobs);
        return;
      case "arguments-delta":
        writer.json(event.json);
        return;
      case "citation":
        writer.cite(event.citation);
        return;
      case "reasoning-state":
        writer.note(event.state);
        return;
      case "item-end":
        this.open.delete(event.index);
        this.ended.push(writer);
        if (writer.signature !== undefined) this.signatures.push(writer.signature);
        if (writer.lostCitations) this.dropped.add("citations");
    }
  }

  /** The last item is incomplete where the answer was cut. */
  finish(status: ItemStatus): void {
    this.ended.push(...this.open.values());
    this.open.clear();
    this.flush(status);
    this.seal();
  }

  private flush(status: ItemStatus): void {
    const last = this.ended.length - 1;
    for (const [index, writer] of this.ended.entries()) writer.end(index === last ? status : "completed");
    this.ended.length = 0;
    for (const state of this.signatures.splice(0)) this.writeState(stateBeside(state, "text"));
  }

  private writerFor(event: ItemStart): ItemWriter {
    switch (event.kind) {
      case "text":
      case "refusal":
        return new PartWriter(event.kind, this.sink, () => this.messageFor(event), this.closedPart);
      case "reasoning":
        return new ReasoningWriter(this.sink, () => this.openItem("rs", event.itemId), this.closed);
      case "tool-call": {
        if (event.state !== undefined) this.writeState(stateBeside(event.state, "call"));
        const called = this.calledAs(event);
        const place = this.openItem(called.isFreeForm ? "ctc" : "fc", event.itemId);
        return new CallWriter(this.sink, place, event, called, this.closed);
      }
      case "image":
        return this.writeImage(event);
      case "audio":
        this.dropped.add("output");
        return lostItem;
      case "opaque":
        return this.writeOpaque(event);
    }
  }

  /** State of an item of another kind, in a piece of reasoning beside it. */
  private writeState(state: ReasoningState): void {
    const writer = new ReasoningWriter(this.sink, () => this.openItem("rs", undefined), this.closed);
    writer.note(state);
    writer.end("completed");
  }

  private calledAs({ freeForm, name }: Extract<ItemStart, { readonly kind: "tool-call" }>): CalledAs {
    const place = this.places.get(name);
    const namespace = place && stringOf(place, "namespace");
    return {
      isFreeForm: freeForm === true || this.freeForm.has(name),
      name: (place && stringOf(place, "name")) ?? name,
      ...(namespace !== undefined && { namespace }),
    };
  }

  private writeOpaque({ dialect: from, value }: Extract<ItemStart, { readonly kind: "opaque" }>): ItemWriter {
    if (from === dialect && isObject(value)) return this.writeWhole("item", stringOf(value, "id"), value);
    this.dropped.add("output");
    return lostItem;
  }

  private writeImage({ itemId, source }: Extract<ItemStart, { readonly kind: "image" }>): ItemWriter {
    if (source.type === "base64") {
      const format = source.mediaType.replace(/^image\//, "");
      const image = { type: "image_generation_call", status: "completed", output_format: format, result: source.data };
      return this.writeWhole("ig", itemId, image);
    }
    this.dropped.add("output");
    return lostItem;
  }

  private writeWhole(prefix: string, id: string | undefined, value: JsonObject): ItemWriter {
    const place = this.openItem(prefix, id);
    const item = { ...value, id: place.id };
    this.sink.emit("response.output_item.added", { output_index: place.index, item });
    this.sink.emit("response.output_item.done", { output_index: place.index, item });
    this.closed(place, item);
    return lostItem;
  }

  private messageFor({ itemId }: ItemStart): MessageWriter {
    const { message } = this;
    // Texts of two messages stay apart where their provider says so.
    if (message !== undefined && (itemId === undefined || itemId === message.place.id)) return message;
    this.message = new MessageWriter(this.openItem("msg", itemId), this.sink);
    return this.message;
  }

  private openItem(prefix: string, itemId: string | undefined): ItemPlace {
    this.seal();
    const index = this.count++;
    return { id: itemId ?? madeItemId(prefix, this.seed, index), index };
  }

  /** No more parts for the open message. */
  private seal(): void {
    const { message } = this;
    if (message === undefined) return;
    this.message = undefined;
    message.isSealed = true;
    this.closedPart(message, "completed");
  }

  /** Arrow functions, for they are handed around. */
  private readonly closedPart = (message: MessageWriter, status: ItemStatus): void => {
    if (status === "incomplete") message.isCut = true;
    if (message.isSealed && message.openParts === 0) this.closed(message.place, message.end());
  };

  private readonly closed = ({ index }: ItemPlace, item: JsonObject): void => {
    this.output[index] = item;
  };
}
