import type { StreamEvent } from "#lib/frame-parser";
import { isObject, tryParseJson } from "#lib/json";

/**
 * Whether an event says nothing, so that it is passed over: one without data, a comment that was put into the data, or one
 * of a type that the dialect does not know and whose data cannot be read. Everything else is an event of the answer.
 */
export function carriesNothing({ event, data }: StreamEvent, knows: (event: string) => boolean): boolean {
  if (data === "" || isComment(data)) return true;
  return !knows(event) && !isObject(tryParseJson(data));
}

/**
 * Whether a client takes a comment that a blank line follows for an event without data, and fails: OpenAI's library for Go,
 * https://github.com/openai/openai-go/pull/621 and https://github.com/stacklok/mecatl/pull/309. It names its language.
 */
export function breaksOnComments(header: (name: string) => string | null): boolean {
  return header("x-stainless-lang") === "go";
}

/**
 * Whether it may go on to a client: comments may, but clients break on an event without data, or with a comment for data.
 * Told by its first byte, which is that of a `data` or `event` field.
 */
export function isHarmless({ raw }: StreamEvent): boolean {
  return raw[0] !== letterD && raw[0] !== letterE;
}

const letterD = 0x64;
const letterE = 0x65;

function isComment(data: string): boolean {
  return data.startsWith(":") || data.trimStart().startsWith(":");
}
