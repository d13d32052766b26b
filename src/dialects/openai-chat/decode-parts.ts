import type { CacheMarker, DocumentSource, Part } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { readMediaUrl } from "../data-url";
import { at, invalidField, optionalString, requireObject, requireString, setDefined, unknownFields } from "../fields";
import { dialect, keep } from "./wire";

/** Reads a message's `content`: text, a list of parts, or nothing. */
export function decodeContent(content: Json | undefined, path: string): readonly Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!isArray(content)) throw invalidField(path, "a string or an array", content);
  return content.map((part, index) => decodePart(part, at(path, index)));
}

/** Reads one content part. A type that only some provider knows is kept as it is. */
function decodePart(value: Json, path: string): Part {
  if (typeof value === "string") return { type: "text", text: value };
  const part = requireObject(value, path);
  const type = requireString(part.type, at(path, "type"));
  switch (type) {
    case "text":
      return decodeText(part, path);
    case "refusal":
      return { type, text: requireString(part.refusal, at(path, "refusal")) };
    case "image_url":
      return decodeImage(part, path);
    case "file":
      return decodeFile(part, path);
    case "input_audio":
      return decodeAudio(part.input_audio, at(path, "input_audio"));
    default:
      return { type: "opaque", dialect, value };
  }
}

const textFields: ReadonlySet<string> = new Set(["type", "text"]);
const imageFields: ReadonlySet<string> = new Set(["type", "image_url"]);
const fileFields: ReadonlySet<string> = new Set(["type", "file"]);

function decodeText(part: JsonObject, path: string): Part {
  const text: Draft<Extract<Part, { type: "text" }>> = {
    type: "text",
    text: requireString(part.text, at(path, "text")),
  };
  setDefined(text, "cache", decodeCache(part).cache);
  setDefined(text, "extensions", keep(unknownFields(part, textFields)).extensions);
  return text;
}

/** The cache marker, and the fields that other dialects do not have (the marker as the client wrote it among them). */
function decodeExtras(part: JsonObject, known: ReadonlySet<string>) {
  return { ...decodeCache(part), ...keep(unknownFields(part, known)) };
}

const unmarked = {};

/** `cache_control: {type: "ephemeral", ttl}`, as clients of OpenRouter and LiteLLM mark what to cache, or OpenAI's own mark. */
export function decodeCache(object: JsonObject): { readonly cache?: CacheMarker } {
  if (isObject(object.prompt_cache_breakpoint)) return { cache: { ttl: "5m" } };
  const marker = object.cache_control;
  if (!isObject(marker) || marker.type !== "ephemeral") return unmarked;
  return { cache: { ttl: marker.ttl === "1h" ? "1h" : "5m" } };
}

function decodeImage(part: JsonObject, path: string): Part {
  const imagePath = at(path, "image_url");
  const extras = decodeExtras(part, imageFields);
  if (typeof part.image_url === "string") return { type: "image", source: readMediaUrl(part.image_url), ...extras };
  const image = requireObject(part.image_url, imagePath);
  const detail = optionalString(image, imagePath, "detail");
  const source = readMediaUrl(requireString(image.url, at(imagePath, "url")));
  return { type: "image", source, ...(detail !== undefined && { detail }), ...extras };
}

/** Mistral takes the bytes, or an address, in place of the object: https://docs.mistral.ai/capabilities/audio/ */
function decodeAudio(value: Json | undefined, path: string): Part {
  if (typeof value === "string") return { type: "audio", data: value };
  const audio = requireObject(value, path);
  const data = requireString(audio.data, at(path, "data"));
  return { type: "audio", data, format: requireString(audio.format, at(path, "format")) };
}

function decodeFile(part: JsonObject, path: string): Part {
  const filePath = at(path, "file");
  const file = requireObject(part.file, filePath);
  const title = optionalString(file, filePath, "filename");
  const source = decodeFileSource(file, filePath);
  return { type: "document", source, ...(title !== undefined && { title }), ...decodeExtras(part, fileFields) };
}

function decodeFileSource(file: JsonObject, path: string): DocumentSource {
  const fileId = optionalString(file, path, "file_id");
  if (fileId !== undefined) return { type: "file", dialect, fileId };
  const data = requireString(file.file_data, at(path, "file_data"));
  if (/^(?:data:|https?:)/i.test(data)) return readMediaUrl(data);
  return { type: "base64", mediaType: "application/pdf", data };
}
