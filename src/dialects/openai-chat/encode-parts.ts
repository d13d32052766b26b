import type { CacheMarker, DocumentSource, MediaSource, Part } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { writeDataUrl } from "../data-url";
import type { Losses } from "./losses";
import { dialect, own } from "./wire";

/** Which kinds of parts a place takes: system, assistant and tool messages take text alone. */
export type Place = "user" | "assistant" | "text-only";

/** Writes one content part; undefined, with its path noted, where the place or the dialect has none for it. */
export function encodePart(part: Part, path: string, place: Place, losses: Losses): JsonObject | undefined {
  const encoded = isForeign(part) ? undefined : writePart(part, place, losses);
  if (encoded === undefined) losses.drop(path);
  return encoded;
}

function isForeign(part: Part): boolean {
  return part.type === "text" && part.onlyFor !== undefined && part.onlyFor !== dialect;
}

function writePart(part: Part, place: Place, losses: Losses): JsonObject | undefined {
  if (part.type === "text") {
    if (part.cache === undefined && part.extensions === undefined) return { type: "text", text: part.text };
    const extras = encodeCache(part.cache, own(part.extensions), losses.marksParts, losses);
    return { type: "text", text: part.text, ...extras };
  }
  if (part.type === "refusal" && place === "assistant") return { type: "refusal", refusal: part.text };
  if (part.type === "opaque") return part.dialect === dialect && isObject(part.value) ? part.value : undefined;
  return place === "user" ? writeMedia(part, losses) : undefined;
}

function writeMedia(part: Part, losses: Losses): JsonObject | undefined {
  switch (part.type) {
    case "image": {
      const url = mediaUrl(part.source);
      if (url === undefined) return undefined;
      const image = { url, ...(part.detail !== undefined && { detail: part.detail }) };
      return {
        type: "image_url",
        image_url: image,
        ...encodeCache(part.cache, own(part.extensions), losses.marksParts, losses),
      };
    }
    case "document": {
      const file = encodeFile(part.source, part.title, losses);
      return (
        file && { type: "file", file, ...encodeCache(part.cache, own(part.extensions), losses.marksParts, losses) }
      );
    }
    case "audio":
      return {
        type: "input_audio",
        input_audio: part.format === undefined ? part.data : { data: part.data, format: part.format },
      };
    default:
      return undefined;
  }
}

function mediaUrl(source: MediaSource): string | undefined {
  switch (source.type) {
    case "base64":
      return writeDataUrl(source.mediaType, source.data);
    case "url":
      return source.url;
    case "file":
      return undefined;
  }
}

/** OpenAI wants a name beside the bytes of a file. */
function encodeFile(source: DocumentSource, title: string | undefined, { traits }: Losses): JsonObject | undefined {
  if (source.type === "base64")
    return { filename: title ?? "document.pdf", file_data: writeDataUrl(source.mediaType, source.data) };
  if (source.type === "url" && traits.document_urls === true)
    return { filename: title ?? "document.pdf", file_data: source.url };
  if (source.type === "file" && source.dialect === dialect)
    return { file_id: source.fileId, ...(title !== undefined && { filename: title }) };
  return undefined;
}

/**
 * A marker that the client wrote in this dialect is among its extensions and goes on as it came; one of another dialect
 * is written only for providers that take it: OpenAI refuses unknown fields, and caches on its own.
 */
export function encodeCache(
  cache: CacheMarker | undefined,
  extras: JsonObject,
  isTaken: boolean,
  losses: Losses,
): JsonObject {
  if (cache === undefined || extras.cache_control !== undefined) return extras;
  if (!isTaken) {
    losses.drop("cache_control");
    return extras;
  }
  return { ...extras, cache_control: writeMarker(cache) };
}

export function writeMarker({ ttl }: CacheMarker): JsonObject {
  return { type: "ephemeral", ...(ttl === "1h" && { ttl }) };
}
