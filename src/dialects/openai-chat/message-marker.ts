import type { Message, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { decodeCache } from "./decode-parts";
import { own } from "./wire";

// Many clients put `cache_control` beside the content of a message. What is meant is its last part, which is where every
// dialect that knows markers has them.

/** The parts of a message, its own marker on the last one. */
export function withMarker(content: readonly Part[], message: JsonObject): readonly Part[] {
  const { cache } = decodeCache(message);
  const last = content.at(-1);
  if (cache === undefined || last === undefined || !takesMarker(last)) return content;
  return [...content.slice(0, -1), { cache, ...last }];
}

/** For clients of this dialect, which get the marker back where they wrote it. */
export function withoutMarker(message: Message): Message {
  const last = message.content.at(-1);
  if (own(message.extensions).cache_control === undefined || last === undefined || !takesMarker(last)) return message;
  const { cache: _, ...plain } = last;
  return { ...message, content: [...message.content.slice(0, -1), plain] };
}

type Marked = Extract<Part, { readonly cache?: unknown }>;

function takesMarker(part: Part): part is Marked {
  return part.type !== "reasoning" && part.type !== "refusal" && part.type !== "audio" && part.type !== "opaque";
}
