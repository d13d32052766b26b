import type { CompletionEvent } from "#core/completion";
import type { StreamEvent } from "#lib/frame-parser";
import { EventTemplate } from "./event-template";
import type { StreamDecoder } from "./translation";

type Decode = StreamDecoder["push"];
export type OrdinaryDelta = Extract<CompletionEvent, { readonly type: "text-delta" | "arguments-delta" }>;

/** How the events of a stream stand in their bytes. */
type EventForm = {
  /** What of an event is compared, where its framing writes the length of the text before it. */
  readonly bytesOf?: (event: StreamEvent) => Uint8Array;
  /** How the names of fields end whose numbers change from event to event, and that nothing is lost without. */
  readonly counters?: readonly string[];
  /** Told of a delta whose event was not decoded. */
  readonly repeated?: (delta: OrdinaryDelta) => void;
};

/**
 * A decoder's `push` that knows the deltas of a stream by their bytes. An event that was decoded to one delta and nothing
 * else is remembered until another has to be decoded; one that differs from it in its text alone means the same delta
 * with that text. Decoding the remembered event again must change nothing but the text, which holds for what only
 * repeats itself: an open item, a finish that has not come.
 */
export function withOrdinaryDeltas(decode: Decode, { bytesOf = rawOf, counters, repeated }: EventForm = {}): Decode {
  const template = new EventTemplate(counters);
  let ordinary: OrdinaryDelta | undefined;

  const decodeNew = (event: StreamEvent): readonly CompletionEvent[] => {
    const events = decode(event);
    const [first] = events;
    ordinary = events.length === 1 && first !== undefined && isPlainDelta(first) ? first : undefined;
    template.forget();
    if (ordinary !== undefined) template.remember(bytesOf(event), textOf(ordinary));
    return events;
  };

  return (event) => {
    if (ordinary === undefined || !template.matches(bytesOf(event))) return decodeNew(event);
    const delta = withText(ordinary, template.text(bytesOf(event)));
    repeated?.(delta);
    return [delta];
  };
}

function rawOf({ raw }: StreamEvent): Uint8Array {
  return raw;
}

function isPlainDelta(event: CompletionEvent): event is OrdinaryDelta {
  return (event.type === "text-delta" && event.logprobs === undefined) || event.type === "arguments-delta";
}

function textOf(delta: OrdinaryDelta): string {
  return delta.type === "text-delta" ? delta.text : delta.json;
}

function withText({ type, choice, index }: OrdinaryDelta, text: string): OrdinaryDelta {
  return type === "text-delta" ? { type, choice, index, text } : { type, choice, index, json: text };
}
