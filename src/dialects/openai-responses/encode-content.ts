import type { DocumentSource, MediaSource, Part } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { writeDataUrl } from "../data-url";
import { dialect } from "./wire";

/** Content parts of a message or a tool's output; undefined for what has none, such as audio. */
export function encodePart(part: Part): JsonObject | undefined {
  switch (part.type) {
    case "text":
      return part.onlyFor === undefined || part.onlyFor === dialect
        ? { type: "input_text", text: part.text }
        : undefined;
    case "refusal":
      return { type: "input_text", text: part.text };
    case "image":
      return encodeImage(part.source, part.detail);
    case "document":
      return encodeFile(part.source, part.title);
    case "opaque":
      return part.dialect === dialect && isObject(part.value) ? part.value : undefined;
    default:
      return undefined;
  }
}

function encodeImage(source: MediaSource, detail = "auto"): JsonObject | undefined {
  switch (source.type) {
    case "base64":
      return { type: "input_image", detail, image_url: writeDataUrl(source.mediaType, source.data) };
    case "url":
      return { type: "input_image", detail, image_url: source.url };
    case "file":
      return source.dialect === dialect ? { type: "input_image", detail, file_id: source.fileId } : undefined;
  }
}

/** OpenAI wants a name beside the bytes of a file. */
function encodeFile(source: DocumentSource, title: string | undefined): JsonObject | undefined {
  switch (source.type) {
    case "base64":
      return {
        type: "input_file",
        filename: title ?? "document.pdf",
        file_data: writeDataUrl(source.mediaType, source.data),
      };
    case "url":
      return { type: "input_file", file_url: source.url };
    case "file":
      return source.dialect === dialect ? { type: "input_file", file_id: source.fileId } : undefined;
    case "text":
    case "parts":
      // Spelled out before (`spell-document`).
      return undefined;
  }
}
