import type { MediaSource, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { dialect } from "./wire";

/** https://ai.google.dev/gemini-api/docs/audio: the formats of OpenAI's clients among them. */
const audioFormats: { readonly [subtype: string]: string } = {
  "x-wav": "wav",
  wave: "wav",
  mpeg: "mp3",
  "x-aiff": "aiff",
};

/** What bytes of this type are; of an unknown type a document, which names its own. */
export function partOfMedia(mediaType: string, source: MediaSource, title: string | undefined): Part {
  if (mediaType.startsWith("image/")) return { type: "image", source };
  if (mediaType.startsWith("video/")) return { type: "video", source };
  if (mediaType.startsWith("audio/")) return audioOf(mediaType, source);
  return { type: "document", source, ...(title !== undefined && { title }) };
}

function audioOf(mediaType: string, source: MediaSource): Part {
  if (source.type === "file") return { type: "document", source };
  const [subtype = ""] = mediaType.slice("audio/".length).split(";");
  const data = source.type === "base64" ? source.data : source.url;
  return { type: "audio", data, format: audioFormats[subtype] ?? subtype };
}

/** A file of Google's own, which only its provider can open, or an address. */
export function sourceOfUri(uri: string): MediaSource {
  return isOwnFile(uri) ? { type: "file", dialect, fileId: uri } : { type: "url", url: uri };
}

function isOwnFile(uri: string): boolean {
  return /^gs:/.test(uri) || /^https:\/\/generativelanguage\.googleapis\.com\//.test(uri) || /^files\//.test(uri);
}

/** `inlineData` or `fileData`; undefined for another provider's file. `fallback`: the type of what does not say its own. */
export function writeMedia(source: MediaSource, fallback: string): JsonObject | undefined {
  switch (source.type) {
    case "base64":
      return { inlineData: { mimeType: source.mediaType || fallback, data: source.data } };
    case "url":
      return { fileData: { mimeType: typeOfUrl(source.url) ?? fallback, fileUri: source.url } };
    case "file":
      return source.dialect === dialect
        ? { fileData: { mimeType: typeOfUrl(source.fileId) ?? fallback, fileUri: source.fileId } }
        : undefined;
  }
}

export function writeAudio(data: string, format = "wav"): JsonObject {
  if (/^https?:/i.test(data)) return { fileData: { mimeType: `audio/${format}`, fileUri: data } };
  return { inlineData: { mimeType: format === "pcm16" ? "audio/L16;rate=24000" : `audio/${format}`, data } };
}

/** Vertex wants the type of what it fetches: https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-understanding */
function typeOfUrl(url: string): string | undefined {
  const [, ending = ""] = /\.([a-z0-9]{2,5})(?:[?#]|$)/i.exec(url) ?? [];
  if (/^https:\/\/(?:www\.)?(?:youtube\.com|youtu\.be)\//.test(url)) return "video/mp4";
  return typesByEnding[ending.toLowerCase()];
}

const typesByEnding: { readonly [ending: string]: string } = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
  txt: "text/plain",
  mp4: "video/mp4",
  mov: "video/mov",
  webm: "video/webm",
  mp3: "audio/mp3",
  wav: "audio/wav",
};
