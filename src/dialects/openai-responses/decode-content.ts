import type { DocumentSource, Part } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { readMediaUrl } from "../data-url";
import { at, invalidField, optionalString, requireObject, requireString } from "../fields";
import { dialect } from "./wire";

/** Reads the content of a message, or the output of a tool: a text, or a list of parts. */
export function decodeContent(content: Json | undefined, path: string): readonly Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!isArray(content)) throw invalidField(path, "a string or an array", content);
  return content.map((part, index) => decodePart(part, at(path, index)));
}

/** https://platform.openai.com/docs/guides/prompt-caching: `prompt_cache_breakpoint` on a part. */
function decodePart(value: Json, path: string): Part {
  const part = readPart(value, path);
  const isMarked = isObject(value) && isObject(value.prompt_cache_breakpoint);
  const takesMarker = part.type === "text" || part.type === "image" || part.type === "document";
  return isMarked && takesMarker ? { ...part, cache: { ttl: "5m" } } : part;
}

/** A type that only some provider knows is kept as it is. */
function readPart(value: Json, path: string): Part {
  const part = requireObject(value, path);
  switch (requireString(part.type, at(path, "type"))) {
    case "input_text":
    case "output_text":
    case "text":
      return { type: "text", text: requireString(part.text, at(path, "text")) };
    case "refusal":
      return { type: "refusal", text: requireString(part.refusal, at(path, "refusal")) };
    case "input_image":
      return decodeImage(part, path);
    case "input_file":
      return decodeFile(part, path);
    case "input_audio":
      return decodeAudio(part, path);
    default:
      return { type: "opaque", dialect, value };
  }
}

function decodeImage(part: JsonObject, path: string): Part {
  const detail = optionalString(part, path, "detail");
  const rest = detail === undefined ? {} : { detail };
  const fileId = optionalString(part, path, "file_id");
  if (fileId !== undefined) return { type: "image", source: { type: "file", dialect, fileId }, ...rest };
  return { type: "image", source: readMediaUrl(requireString(part.image_url, at(path, "image_url"))), ...rest };
}

function decodeFile(part: JsonObject, path: string): Part {
  const title = optionalString(part, path, "filename");
  return { type: "document", source: decodeFileSource(part, path), ...(title !== undefined && { title }) };
}

function decodeFileSource(part: JsonObject, path: string): DocumentSource {
  const fileId = optionalString(part, path, "file_id");
  if (fileId !== undefined) return { type: "file", dialect, fileId };
  const url = optionalString(part, path, "file_url");
  if (url !== undefined) return readMediaUrl(url);
  const data = requireString(part.file_data, at(path, "file_data"));
  return data.startsWith("data:") ? readMediaUrl(data) : { type: "base64", mediaType: "application/pdf", data };
}

function decodeAudio(part: JsonObject, path: string): Part {
  const audioPath = at(path, "input_audio");
  const audio = requireObject(part.input_audio, audioPath);
  const format = optionalString(audio, audioPath, "format");
  const data = requireString(audio.data, at(audioPath, "data"));
  return { type: "audio", data, ...(format !== undefined && { format }) };
}
