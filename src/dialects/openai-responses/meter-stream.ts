import type { UpstreamFailure } from "#core/upstream-failure";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { EventTemplate } from "../event-template";
import { carriesNothing, isHarmless } from "../idle-events";
import type { MeterOptions, MeterVerdict, StreamMeter } from "../operation";
import { meterResponse, readResponseFailure } from "./response";
import { failureOfEvent, isErrorEvent } from "./stream-failure";
import { doneMark, isKnownType } from "./wire";

const pass: MeterVerdict = { forward: true, token: false, terminal: false };
const passToken: MeterVerdict = { forward: true, token: true, terminal: false, whole: true };
const passLast: MeterVerdict = { forward: true, token: false, terminal: true };
const hold: MeterVerdict = { forward: false, token: false, terminal: false };

/**
 * Watches a stream that passes through. Deltas are known by their bytes but for text and number. Held back: the provider's
 * own error, which is for the caller to tell in our words (`facts().error`), and the mark with which look-alikes close.
 */
export function createStreamMeter({ hideIdle }: MeterOptions): StreamMeter {
  const meter = new Meter(hideIdle === true);
  return {
    push: meter.push,
    ordinary: meter.template,
    outputBytes: () => meter.outputBytes,
    finished: () => false,
    facts: () => meter.facts(),
  };
}

class Meter {
  readonly template = new EventTemplate(["sequence_number"]);
  private readBytes = 0;
  private sequence = 0;
  private response: JsonObject | undefined;
  private error: UpstreamFailure | undefined;
  private isComplete = false;

  constructor(private readonly hidesIdle: boolean) {}

  /** An arrow function, for it is handed around. */
  readonly push = (event: StreamEvent): MeterVerdict => {
    if (this.error !== undefined || this.isComplete) return hold;
    if (this.template.takes(event.raw)) return passToken;
    if (event.data.trim() === doneMark) return hold;
    if (carriesNothing(event, isKnownType)) return isHarmless(event) && !this.hidesIdle ? pass : hold;
    const json = tryParseJson(event.data);
    if (isErrorEvent(event.event, json)) return this.fail(failureOfEvent(json ?? event.data));
    return isObject(json) ? this.read(json, event) : pass;
  };

  get outputBytes(): number {
    return this.readBytes + this.template.passedBytes;
  }

  facts(): ReturnType<StreamMeter["facts"]> {
    const { error, outputBytes } = this;
    const sequence = this.nextSequence();
    const { response = {} } = this;
    const read = meterResponse({ output: [], ...response }) ?? {};
    // A status on the way is none in which an answer ends.
    const { finishReason: _unfinished, ...begun } = read;
    return {
      ...(this.isComplete ? read : begun),
      // A response that failed says what it used.
      ...(error?.usage !== undefined && { usage: error.usage }),
      ...(error !== undefined && { error }),
      complete: this.isComplete,
      missingTail: "",
      outputBytes,
      said: { sequence, ...(this.response !== undefined && { response: this.response }) },
    };
  }

  /** What passed since an event was read has the numbers that follow. */
  private nextSequence(): number {
    return this.sequence + this.template.passedEvents;
  }

  private fail(failure: UpstreamFailure): MeterVerdict {
    this.template.forget();
    this.error = failure;
    return hold;
  }

  private read(event: JsonObject, { event: name, raw }: StreamEvent): MeterVerdict {
    const type = stringOf(event, "type") ?? name;
    const response = objectOf(event, "response");
    if (response !== undefined) this.response = response;
    if (type === "response.completed" || type === "response.incomplete" || type === "response.done") {
      const failure = response && readResponseFailure(response);
      if (failure !== undefined) return this.fail(failure);
      this.template.forget();
      this.isComplete = true;
      return passLast;
    }
    this.sequence = (numberOf(event, "sequence_number") ?? this.nextSequence()) + 1 - this.template.passedEvents;
    const delta = stringOf(event, "delta");
    if (delta === undefined) return beginnings.has(type) ? passToken : pass;
    this.readBytes += Buffer.byteLength(delta);
    this.template.forget();
    this.template.remember(raw, delta);
    return delta === "" ? pass : passToken;
  }
}

/** What begins only when the model has said something. */
const beginnings: ReadonlySet<string> = new Set(["response.output_text.done", "response.output_item.done"]);
