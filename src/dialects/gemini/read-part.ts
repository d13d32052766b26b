import type { MadeAudio, MadeImage } from "#core/completion";
import { isObject, type JsonObject, objectOf, stringOf } from "#lib/json";
import { field } from "./wire";

/** What one part of an answer is: https://ai.google.dev/api/caching#Part */
export type AnsweredPart =
  | { readonly kind: "text" | "thought"; readonly text: string }
  | { readonly kind: "call"; readonly call: JsonObject }
  | ({ readonly kind: "image" } & MadeImage)
  | ({ readonly kind: "audio" } & MadeAudio)
  /** Code that was run, a file, and whatever else only this dialect can say. */
  | { readonly kind: "other" }
  /** Nothing but a signature, or nothing at all. */
  | { readonly kind: "empty" };

export function readPart(part: JsonObject): AnsweredPart {
  const call = objectOf(part, "functionCall");
  if (call !== undefined) return { kind: "call", call };
  const data = field(part, "inlineData");
  const media = isObject(data) ? readMedia(data) : undefined;
  if (media !== undefined) return media;
  const text = stringOf(part, "text");
  if (text !== undefined) return { kind: part.thought === true ? "thought" : "text", text };
  for (const name in part) if (name !== "thoughtSignature" && name !== "thought") return { kind: "other" };
  return { kind: "empty" };
}

function readMedia(blob: JsonObject): AnsweredPart | undefined {
  const mediaType = field(blob, "mimeType");
  const data = stringOf(blob, "data");
  if (typeof mediaType !== "string" || data === undefined) return undefined;
  if (mediaType.startsWith("image/")) return { kind: "image", source: { type: "base64", mediaType, data } };
  return mediaType.startsWith("audio/") ? { kind: "audio", mediaType, data } : undefined;
}
