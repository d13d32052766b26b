import type { CacheMarker, DocumentSource, Extensions, MediaSource, Part } from "#core/completion";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { dialect as anthropic } from "../anthropic-messages/wire";
import { inputOf } from "../call-input";
import { encodeCallId } from "./call-ids";
import { formatOf, formatOfName } from "./media";
import { encodeReasoning } from "./reasoning-state";
import { dialect, own } from "./wire";

/** What the encoding of one request collects. */
export type Writing = {
  readonly dropped: string[];
  /** The name of a document. */
  readonly nameOf: (title: string | undefined) => string;
};

/**
 * Blocks for these parts, each marked one with a cache point behind it; what has no counterpart is named in `dropped` below
 * `path`. Blank texts are left out, since Bedrock refuses them.
 */
export function encodeParts(parts: readonly Part[], path: string, writing: Writing): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    const place = `${path}[${index}]`;
    if ((part.type === "text" || part.type === "refusal") && part.text.trim() === "") {
      if (part.type === "text" && !markLast(blocks, part.cache)) writing.dropped.push(`${place}.cache_control`);
      continue;
    }
    const block = encodePart(part, place, writing);
    if (block === undefined) writing.dropped.push(place);
    else blocks.push(block);
    if (part.type !== "reasoning" && "state" in part && part.state !== undefined)
      writing.dropped.push(`${place}.signature`);
    if (block !== undefined) markLast(blocks, markerOf(part));
  }
  return blocks;
}

/** Whether a marker could stand behind what was written last: one is enough there. */
function markLast(blocks: JsonObject[], marker: CacheMarker | undefined): boolean {
  if (marker === undefined) return true;
  if (blocks.length === 0) return false;
  if (blocks.at(-1)?.cachePoint === undefined) blocks.push(encodeMarker(marker));
  return true;
}

/** No cache point may stand within a result: a marker there is the result's. */
function markerOf(part: Part): CacheMarker | undefined {
  if (part.type === "tool-result") return part.cache ?? part.content.map(markerOf).findLast((marker) => marker);
  return "cache" in part ? part.cache : undefined;
}

/** Five minutes is the default. */
export function encodeMarker({ ttl }: CacheMarker): JsonObject {
  return { cachePoint: { type: "default", ...(ttl === "1h" && { ttl }) } };
}

function encodePart(part: Part, place: string, writing: Writing): JsonObject | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part);
    case "refusal":
      return { text: part.text };
    case "image":
      return encodeImage(part);
    case "document":
      return encodeDocument(part, writing);
    case "reasoning":
      return part.state?.origin === anthropic
        ? { reasoningContent: encodeReasoning(part.text, part.state) }
        : undefined;
    case "tool-call":
      return { toolUse: { toolUseId: encodeCallId(part.id), name: part.name, input: inputOf(part.arguments) } };
    case "tool-result":
      return encodeToolResult(part, place, writing);
    case "audio":
      return encodeAudio(part);
    case "video":
      return encodeVideo(part.source);
    case "opaque":
      return part.dialect === dialect && isObject(part.value) ? part.value : undefined;
  }
}

function encodeText({ extensions, onlyFor, text }: Extract<Part, { type: "text" }>): JsonObject | undefined {
  if (onlyFor !== undefined && onlyFor !== dialect) return undefined;
  const { guardContent, json, qualifiers } = own(extensions);
  if (guardContent === true)
    return { guardContent: { text: { text, ...(qualifiers !== undefined && { qualifiers }) } } };
  return json === true && tryParseJson(text) !== undefined ? { json: embedJson(text) } : { text };
}

function encodeImage({ extensions, source }: Extract<Part, { type: "image" }>): JsonObject | undefined {
  const format = source.type === "base64" ? formatOf("image", source.mediaType) : undefined;
  if (source.type !== "base64" || format === undefined) return undefined;
  const image = { format, source: { bytes: source.data } };
  return own(extensions).guardContent === true ? { guardContent: { image } } : { image };
}

function encodeDocument(part: Extract<Part, { type: "document" }>, writing: Writing): JsonObject | undefined {
  const { context, extensions, foundAt, source, title } = part;
  const citations = citationsOf(extensions);
  const texts = source.type === "parts" ? textsOf(source.parts) : undefined;
  if (foundAt !== undefined && texts !== undefined) {
    const content = texts.map((text) => ({ text }));
    return { searchResult: { source: foundAt, title: title ?? foundAt, content, ...citations } };
  }
  const written = texts === undefined ? encodeSource(source, title) : plainText(texts.join("\n\n"));
  if (written === undefined) return undefined;
  return {
    document: {
      format: written.format,
      name: writing.nameOf(title),
      source: { bytes: written.bytes },
      ...(context !== undefined && { context }),
      ...citations,
    },
  };
}

/** Whether the model shall cite it, which Anthropic's clients say in the same words. */
function citationsOf(extensions: Extensions | undefined): JsonObject {
  const citations = own(extensions).citations ?? extensions?.[anthropic]?.citations;
  return isObject(citations) && citations.enabled === true ? { citations: { enabled: true } } : {};
}

function textsOf(parts: readonly Part[]): readonly string[] | undefined {
  const texts = parts.flatMap((part) => (part.type === "text" && part.text.trim() !== "" ? [part.text] : []));
  return texts.length === 0 ? undefined : texts;
}

type Bytes = { readonly format: string; readonly bytes: string };

function encodeSource(source: DocumentSource, title: string | undefined): Bytes | undefined {
  if (source.type === "text") return plainText(source.text);
  if (source.type !== "base64") return undefined;
  const format = formatOf("document", source.mediaType) ?? formatOfName(title);
  return format === undefined ? undefined : { format, bytes: source.data };
}

function plainText(text: string): Bytes | undefined {
  return text === "" ? undefined : { format: "txt", bytes: Buffer.from(text).toString("base64") };
}

function encodeToolResult(part: Extract<Part, { type: "tool-result" }>, place: string, writing: Writing): JsonObject {
  const content = encodeParts(part.content.map(unmarked), `${place}.content`, writing);
  const status = part.isError ? { status: "error" } : {};
  // https://github.com/aws-samples/sample-multi-agent-orchestration-chat-on-agentcore/issues/15
  if (part.isError && content.length === 0) content.push({ text: "Error" });
  return { toolResult: { toolUseId: encodeCallId(part.callId), content, ...status } };
}

function unmarked(part: Part): Part {
  if (!("cache" in part)) return part;
  const { cache: _cache, ...rest } = part;
  return rest;
}

function encodeVideo(source: MediaSource): JsonObject | undefined {
  const format = source.type === "base64" ? formatOf("video", source.mediaType) : undefined;
  return source.type === "base64" && format !== undefined
    ? { video: { format, source: { bytes: source.data } } }
    : undefined;
}

function encodeAudio({ data, format = "mp3" }: Extract<Part, { type: "audio" }>): JsonObject | undefined {
  return /^https?:/i.test(data) ? undefined : { audio: { format, source: { bytes: data } } };
}
