import type { CompletionEvent } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { carriesNothing } from "../idle-events";
import { InvalidAnswer } from "../operation";
import { withOrdinaryDeltas } from "../ordinary-deltas";
import type { StreamDecoder } from "../translation";
import { createItemReader, type ItemReader } from "./item-reader";
import { isCall, readFinish, readResponseFailure, readStart } from "./response";
import { failureOfEvent, isErrorEvent } from "./stream-failure";
import { readUsage } from "./usage";
import { doneMark, isKnownType } from "./wire";

/** Reads a streamed answer: it is complete with `response.completed` or `response.incomplete`. */
export function createStreamDecoder(): StreamDecoder {
  const answer = new AnswerReader();
  return {
    push: withOrdinaryDeltas(answer.push, { counters: ["sequence_number"] }),
    finished: () => false,
    finish: () => ({ complete: answer.isOver === "ended", events: [] }),
  };
}

type OpenItem = { readonly reader: ItemReader; readonly id: string | undefined; readonly kind: string | undefined };

class AnswerReader {
  isOver: "ended" | "failed" | undefined;
  private events: CompletionEvent[] = [];
  private readonly open = new Map<number, OpenItem>();
  /** What ended at each place, by its id where it has one. */
  private readonly closed = new Map<number, string | undefined>();
  /** Where the items are that were given an id. */
  private readonly placesById = new Map<string, number>();
  private hasStarted = false;
  private calledTools = false;
  /** Items of which something came. */
  private told = 0;
  private count = 0;
  private readonly output = {
    emit: (event: CompletionEvent) => void this.events.push(event),
    allot: () => this.count++,
  };

  /** An arrow function, for it is handed around. */
  readonly push = (received: StreamEvent): readonly CompletionEvent[] => {
    if (this.isOver !== undefined || carriesNothing(received, isKnownType) || received.data.trim() === doneMark)
      return [];
    const event = tryParseJson(received.data);
    if (isErrorEvent(received.event, event)) return this.fail(failureOfEvent(event ?? received.data));
    if (!isObject(event)) throw new InvalidAnswer("an event of its stream is not a JSON object");
    this.events = [];
    this.read(stringOf(event, "type") ?? received.event, event);
    return this.events;
  };

  private fail(failure: UpstreamFailure): readonly CompletionEvent[] {
    this.isOver = "failed";
    return [{ type: "error", failure }];
  }

  private read(type: string, event: JsonObject): void {
    const response = objectOf(event, "response");
    switch (type) {
      case "response.completed":
      case "response.incomplete":
      case "response.done":
        this.end(response ?? {});
        return;
      case "response.output_item.added":
        this.start(undefined);
        this.begin(event, objectOf(event, "item") ?? {});
        return;
      case "response.output_item.done":
        this.close(this.placeOf(event), objectOf(event, "item") ?? {});
        return;
      default:
        if (response !== undefined) this.start(response);
        this.readerAt(type, event)?.event(type, event);
    }
  }

  /** Of a piece of an item; some servers do not say before that it begins. */
  private readerAt(type: string, event: JsonObject): ItemReader | undefined {
    const place = this.placeOf(event);
    const known = this.open.get(place)?.reader;
    const kind = known === undefined && !this.closed.has(place) ? kindOfPiece(type) : undefined;
    if (kind === undefined) return known;
    this.start(undefined);
    return this.itemAt(place, { type: kind, ...(event.item_id !== undefined && { id: event.item_id }) });
  }

  private start(response: JsonObject | undefined): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.events.push(readStart(response ?? {}));
  }

  /** By its id, for some servers count no places; else by its place, for others give it another id at its end. */
  private placeOf(event: JsonObject): number {
    const id = stringOf(event, "item_id") ?? stringOf(objectOf(event, "item") ?? {}, "id");
    return (id === undefined ? undefined : this.placesById.get(id)) ?? numberOf(event, "output_index") ?? 0;
  }

  /** A second item at a place that is not free stands beside it. */
  private begin(event: JsonObject, item: JsonObject): void {
    const told = this.placeOf(event);
    const id = stringOf(item, "id");
    const there = this.open.get(told)?.id;
    this.itemAt(id && there && id !== there ? -1 - this.placesById.size : told, item);
  }

  /** Of an item at the end: by its kind where what began there is another's, which nobody announced. */
  private openPlace(at: number, item: JsonObject, output: readonly JsonObject[]): number {
    const place = this.placeOf({ output_index: at, item });
    const kind = stringOf(item, "type");
    if (this.open.get(place)?.kind === kind || this.closed.has(place)) return place;
    const isNamed = ({ id }: OpenItem) => id !== undefined && output.some((each) => each.id === id);
    const [found] = [...this.open].find(([, open]) => open.kind === kind && !isNamed(open)) ?? [];
    return found ?? (this.open.has(place) ? -1 - this.told : place);
  }

  private itemAt(place: number, item: JsonObject): ItemReader {
    const known = this.open.get(place)?.reader;
    if (known !== undefined) return known;
    const reader = this.readerOf(item);
    const id = stringOf(item, "id");
    if (id) this.placesById.set(id, place);
    // Some servers count no places: another item begins where one has ended.
    this.closed.delete(place);
    this.open.set(place, { reader, id, kind: stringOf(item, "type") });
    return reader;
  }

  private close(place: number, item: JsonObject): void {
    const id = stringOf(item, "id");
    if (this.closed.has(place) && (id === undefined || id === this.closed.get(place))) return;
    this.start(undefined);
    const reader = this.open.get(place)?.reader ?? this.readerOf({ ...item, arguments: "", input: "" });
    reader.done(item);
    this.open.delete(place);
    this.closed.set(place, id);
  }

  private end(response: JsonObject): void {
    const failure = readResponseFailure(response);
    if (failure !== undefined) {
      this.events.push(...this.fail(failure));
      return;
    }
    this.start(response);
    const output = arrayOf(response, "output").filter(isObject);
    const hasUntold = output.length > this.told;
    // Items that came in no event of their own, or never ended.
    for (const [at, item] of output.entries()) {
      const place = this.openPlace(at, item, output);
      if (this.open.has(place) || (hasUntold && !this.closed.has(place))) this.close(place, item);
    }
    for (const { reader } of this.open.values()) reader.done({});
    this.events.push({ type: "finish", ...readFinish(response, this.calledTools) });
    const usage = readUsage(response);
    const tier = stringOf(response, "service_tier");
    if (usage !== undefined)
      this.events.push({ type: "usage", usage, ...(tier !== undefined && { serviceTier: tier }) });
    this.events.push({ type: "end" });
    this.isOver = "ended";
  }

  private readerOf(item: JsonObject): ItemReader {
    this.calledTools ||= isCall(item);
    this.told++;
    return createItemReader(item, this.output);
  }
}

/** The item that an event adds to, where it says enough of it; a call's would have to name it. */
function kindOfPiece(type: string): string | undefined {
  if (/^response\.(?:output_text|refusal)\.(?:delta|done)$/.test(type)) return "message";
  return /^response\.reasoning_(?:summary_)?text\.delta$/.test(type) ? "reasoning" : undefined;
}
