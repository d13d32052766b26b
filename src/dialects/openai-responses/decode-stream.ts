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

class AnswerReader {
  isOver: "ended" | "failed" | undefined;
  private events: CompletionEvent[] = [];
  private readonly open = new Map<number, ItemReader>();
  private readonly closed = new Set<number>();
  private hasStarted = false;
  private calledTools = false;
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
        this.itemAt(event, objectOf(event, "item") ?? {});
        return;
      case "response.output_item.done":
        this.close(placeOf(event), objectOf(event, "item") ?? {});
        return;
      default:
        if (response !== undefined) this.start(response);
        this.open.get(placeOf(event))?.event(type, event);
    }
  }

  private start(response: JsonObject | undefined): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.events.push(readStart(response ?? {}));
  }

  private itemAt(event: JsonObject, item: JsonObject): ItemReader {
    const place = placeOf(event);
    const known = this.open.get(place);
    if (known !== undefined) return known;
    const reader = this.readerOf(item);
    this.open.set(place, reader);
    return reader;
  }

  private close(place: number, item: JsonObject): void {
    if (this.closed.has(place)) return;
    this.start(undefined);
    const reader = this.open.get(place) ?? this.readerOf({ ...item, arguments: "", input: "" });
    reader.done(item);
    this.open.delete(place);
    this.closed.add(place);
  }

  private end(response: JsonObject): void {
    const failure = readResponseFailure(response);
    if (failure !== undefined) {
      this.events.push(...this.fail(failure));
      return;
    }
    this.start(response);
    const isUntold = this.closed.size + this.open.size === 0;
    // Items that came in no event of their own, or never ended.
    for (const [place, item] of arrayOf(response, "output").entries())
      if (isObject(item) && (isUntold || this.open.has(place))) this.close(place, item);
    for (const reader of this.open.values()) reader.done({});
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
    return createItemReader(item, this.output);
  }
}

function placeOf(event: JsonObject): number {
  return numberOf(event, "output_index") ?? 0;
}
