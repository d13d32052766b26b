import type { CompletionEvent, MediaSource } from "#core/completion";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { decodeCallId } from "./call-ids";
import { decodeCitation } from "./citations";
import { citedText } from "./decode-content";
import { mediaTypeOf } from "./media";
import { decodeState } from "./reasoning-state";
import { dialect } from "./wire";

type Place = { readonly choice: number; readonly index: number };

/** One whole content block of an answer, as the events of one item. */
export function readBlock(block: JsonObject, index: number): readonly CompletionEvent[] {
  const place = { choice: 0, index };
  if (typeof block.text === "string") return item(place, { kind: "text" }, textDelta(place, block.text));
  const { citationsContent, reasoningContent, toolUse } = block;
  if (isObject(citationsContent)) return readCited(citationsContent, place);
  if (isObject(reasoningContent)) return readReasoning(reasoningContent, place);
  const image = isObject(block.image) ? imageSource(block.image) : undefined;
  if (image !== undefined) return item(place, { kind: "image", source: image }, []);
  if (isObject(toolUse) && toolUse.type === undefined) {
    const json = writtenText(toolUse.input ?? {});
    return item(place, callStart(toolUse), [{ type: "arguments-delta", ...place, json }]);
  }
  return item(place, { kind: "opaque", dialect, value: block }, []);
}

function imageSource(image: JsonObject): MediaSource | undefined {
  const data = stringOf(objectOf(image, "source") ?? {}, "bytes");
  if (!data) return undefined;
  return { type: "base64", mediaType: mediaTypeOf("image", stringOf(image, "format") ?? "png"), data };
}

type Start = Extract<CompletionEvent, { readonly type: "item-start" }>;
type Kind = Start extends infer S ? (S extends Start ? Omit<S, "type" | "choice" | "index"> : never) : never;

function item(place: Place, kind: Kind, events: readonly CompletionEvent[]): readonly CompletionEvent[] {
  return [{ type: "item-start", ...place, ...kind }, ...events, { type: "item-end", ...place }];
}

function textDelta(place: Place, text: string): readonly CompletionEvent[] {
  return text === "" ? [] : [{ type: "text-delta", ...place, text }];
}

/** What opens a call, whole or in a stream. */
export function callStart(toolUse: JsonObject) {
  const id = decodeCallId(stringOf(toolUse, "toolUseId") ?? "");
  return { kind: "tool-call", id, name: stringOf(toolUse, "name") ?? "" } as const;
}

function readCited(content: JsonObject, place: Place): readonly CompletionEvent[] {
  const citations = arrayOf(content, "citations").map(
    (raw) => ({ type: "citation", ...place, citation: decodeCitation(raw) }) as const,
  );
  return item(place, { kind: "text" }, [...textDelta(place, citedText(content)), ...citations]);
}

function readReasoning(content: JsonObject, place: Place): readonly CompletionEvent[] {
  const redacted = stringOf(content, "redactedContent");
  const said = objectOf(content, "reasoningText") ?? {};
  const events =
    redacted === undefined
      ? [...textDelta(place, stringOf(said, "text") ?? ""), ...stateOf(place, stringOf(said, "signature"), false)]
      : stateOf(place, redacted, true);
  return item(place, { kind: "reasoning" }, events);
}

/** A signature or redacted content. */
export function stateOf(place: Place, value: string | undefined, redacted: boolean): readonly CompletionEvent[] {
  const { state } = decodeState(value ?? "", redacted);
  return state === undefined ? [] : [{ type: "reasoning-state", ...place, state }];
}
