import type { CacheMarker, DocumentSource, Part } from "#core/completion";
import { arrayOf, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { at, invalidField, optionalArray, optionalString, requireArray, requireObject, requireString } from "../fields";
import { joinStates } from "../part-states";
import { decodeCallId } from "./call-ids";
import { mediaTypeOf } from "./media";
import { decodeState } from "./reasoning-state";
import { dialect, keep } from "./wire";

/** Reads a list of content blocks. A cache point marks what stands before it. `path` names the list in errors. */
export function decodeContent(content: Json | undefined, path: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [index, value] of requireArray(content, path).entries()) {
    const block = requireObject(value, at(path, index));
    const marked = isObject(block.cachePoint) ? withMarker(parts.at(-1), decodeMarker(block.cachePoint)) : undefined;
    if (marked === undefined) parts.push(decodeBlock(block, at(path, index)));
    else parts.splice(-1, 1, marked);
  }
  return joinStates(parts);
}

export function decodeMarker(cachePoint: JsonObject): CacheMarker {
  return { ttl: cachePoint.ttl === "1h" ? "1h" : "5m" };
}

/** Undefined where there is nothing that could be marked. */
function withMarker(part: Part | undefined, cache: CacheMarker): Part | undefined {
  switch (part?.type) {
    case "text":
    case "image":
    case "document":
    case "tool-call":
    case "tool-result":
      return { ...part, cache };
    default:
      return undefined;
  }
}

/** A union: the one member that is there. Those that are not known are kept whole for their own dialect. */
function decodeBlock(block: JsonObject, path: string): Part {
  if (typeof block.text === "string") return { type: "text", text: block.text };
  if (isObject(block.toolUse)) return decodeToolUse(block.toolUse, `${path}.toolUse`);
  if (isObject(block.toolResult)) return decodeToolResult(block.toolResult, `${path}.toolResult`);
  if (isObject(block.reasoningContent)) return decodeReasoning(block.reasoningContent);
  if (isObject(block.image)) return decodeImage(block, block.image);
  if (isObject(block.document)) return decodeDocument(block, block.document, `${path}.document`);
  if (isObject(block.searchResult)) return decodeSearchResult(block.searchResult, `${path}.searchResult`);
  if (isObject(block.audio)) return decodeAudio(block, block.audio);
  if (isObject(block.video)) return decodeVideo(block, block.video);
  if (isObject(block.citationsContent)) return { type: "text", text: citedText(block.citationsContent) };
  if (isObject(block.guardContent)) return decodeGuarded(block, block.guardContent);
  for (const _ in block) return { type: "opaque", dialect, value: block };
  throw invalidField(path, "a content block with one member", block);
}

function decodeToolUse(call: JsonObject, path: string): Part {
  if (call.type !== undefined) return { type: "opaque", dialect, value: { toolUse: call } };
  const input = call.input ?? {};
  if (!isObject(input)) throw invalidField(at(path, "input"), "an object", input);
  return {
    type: "tool-call",
    id: decodeCallId(requireString(call.toolUseId, at(path, "toolUseId"))),
    name: requireString(call.name, at(path, "name")),
    arguments: writtenText(input),
  };
}

function decodeToolResult(result: JsonObject, path: string): Part {
  const content = optionalArray(result, path, "content") ?? [];
  return {
    type: "tool-result",
    callId: decodeCallId(requireString(result.toolUseId, at(path, "toolUseId"))),
    content: content.map((value, index) => decodeResultBlock(requireObject(value, at(`${path}.content`, index)), path)),
    isError: result.status === "error",
  };
}

/** A result may be JSON, which is text to everybody else. */
function decodeResultBlock(block: JsonObject, path: string): Part {
  if (block.json === undefined) return decodeBlock(block, path);
  return { type: "text", text: writtenText(block.json), ...keep({ json: true }) };
}

function decodeReasoning(content: JsonObject): Part {
  const redacted = stringOf(content, "redactedContent");
  if (redacted !== undefined) return { type: "reasoning", text: "", ...decodeState(redacted, true) };
  const said = objectOf(content, "reasoningText") ?? {};
  return {
    type: "reasoning",
    text: stringOf(said, "text") ?? "",
    ...decodeState(stringOf(said, "signature") ?? "", false),
  };
}

/** What lies in S3 means nothing to any other provider. */
function decodeImage(block: JsonObject, image: JsonObject): Part {
  const bytes = bytesOf(image);
  if (bytes === undefined) return { type: "opaque", dialect, value: block };
  const mediaType = mediaTypeOf("image", stringOf(image, "format") ?? "");
  return { type: "image", source: { type: "base64", mediaType, data: bytes } };
}

function bytesOf(media: JsonObject): string | undefined {
  return stringOf(objectOf(media, "source") ?? {}, "bytes");
}

function decodeDocument(block: JsonObject, document: JsonObject, path: string): Part {
  const source = decodeSource(document, path);
  if (source === undefined) return { type: "opaque", dialect, value: block };
  const title = optionalString(document, path, "name");
  const context = optionalString(document, path, "context");
  return {
    type: "document",
    source,
    ...(title !== undefined && { title }),
    ...(context !== undefined && { context }),
    ...(isObject(document.citations) && keep({ citations: document.citations })),
  };
}

function decodeSource(document: JsonObject, path: string): DocumentSource | undefined {
  const source = objectOf(document, "source") ?? {};
  const text = stringOf(source, "text");
  if (text !== undefined) return { type: "text", text };
  if (source.content !== undefined)
    return { type: "parts", parts: decodeContent(source.content, `${path}.source.content`) };
  const bytes = stringOf(source, "bytes");
  if (bytes === undefined) return undefined;
  const format = stringOf(document, "format") ?? "txt";
  const plain = format === "txt" ? plainTextOf(bytes) : undefined;
  if (plain !== undefined) return { type: "text", text: plain };
  return { type: "base64", mediaType: mediaTypeOf("document", format), data: bytes };
}

/** A text file, which other dialects take as a text; undefined where it is none after all. */
function plainTextOf(base64: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(base64, "base64"));
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeSearchResult(result: JsonObject, path: string): Part {
  return {
    type: "document",
    source: { type: "parts", parts: decodeContent(result.content, `${path}.content`) },
    title: requireString(result.title, at(path, "title")),
    foundAt: requireString(result.source, at(path, "source")),
    ...(isObject(result.citations) && keep({ citations: result.citations })),
  };
}

function decodeVideo(block: JsonObject, video: JsonObject): Part {
  const bytes = bytesOf(video);
  if (bytes === undefined) return { type: "opaque", dialect, value: block };
  const mediaType = mediaTypeOf("video", stringOf(video, "format") ?? "mp4");
  return { type: "video", source: { type: "base64", mediaType, data: bytes } };
}

function decodeAudio(block: JsonObject, audio: JsonObject): Part {
  const data = bytesOf(audio);
  const format = stringOf(audio, "format");
  if (data === undefined) return { type: "opaque", dialect, value: block };
  return { type: "audio", data, ...(format !== undefined && { format }) };
}

/** What a guardrail is told to look at is content as any other to providers without one. */
function decodeGuarded(block: JsonObject, guarded: JsonObject): Part {
  const { image, text } = guarded;
  const kept = keep({ guardContent: true, ...(isObject(text) && { qualifiers: text.qualifiers }) });
  if (isObject(text)) return { type: "text", text: stringOf(text, "text") ?? "", ...kept };
  return isObject(image) ? { ...decodeImage(block, image), ...kept } : { type: "opaque", dialect, value: block };
}

export function citedText(content: JsonObject): string {
  return arrayOf(content, "content")
    .map((piece) => (isObject(piece) ? (stringOf(piece, "text") ?? "") : ""))
    .join("");
}
