import type { DocumentSource, MediaSource, Part } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { inputOf } from "../call-input";
import { encodeCacheControl } from "./cache-control";
import { encodeToolId } from "./tool-ids";
import { dialect, own } from "./wire";

/**
 * Blocks for these parts; what has no counterpart is named in `dropped` below `path`. Empty texts are left out, since
 * Anthropic refuses them.
 */
export function encodeParts(parts: readonly Part[], path: string, dropped: string[]): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part === undefined) continue;
    if ((part.type === "text" || part.type === "refusal") && part.text === "") {
      if (part.type === "text" && !markLast(blocks, part)) dropped.push(`${path}[${i}].cache_control`);
      continue;
    }
    const block = encodePart(part, `${path}[${i}]`, dropped);
    if (block) blocks.push(block);
    else dropped.push(`${path}[${i}]`);
  }
  return blocks;
}

/** The marker of a text that is left out stands on what was written last. False where there is no place for it. */
function markLast(blocks: JsonObject[], { cache }: Extract<Part, { type: "text" }>): boolean {
  if (cache === undefined) return true;
  const last = blocks.at(-1);
  if (last === undefined || last.type === "thinking" || last.type === "redacted_thinking") return false;
  blocks[blocks.length - 1] = { ...encodeCacheControl({ cache }), ...last };
  return true;
}

function encodePart(part: Part, at: string, dropped: string[]): JsonObject | undefined {
  switch (part.type) {
    case "text":
      if (part.state !== undefined) dropped.push(`${at}.signature`);
      if (part.extensions === undefined && part.cache === undefined) return { type: "text", text: part.text };
      return { ...own(part.extensions), type: "text", text: part.text, ...encodeCacheControl(part) };
    case "refusal":
      return { type: "text", text: part.text };
    case "image": {
      const source = encodeSource(part.source);
      return source && { ...own(part.extensions), type: "image", source, ...encodeCacheControl(part) };
    }
    case "document":
      return encodeDocument(part, at, dropped);
    case "reasoning":
      return encodeReasoning(part);
    case "tool-call":
      if (part.state !== undefined) dropped.push(`${at}.signature`);
      return {
        ...own(part.extensions),
        type: "tool_use",
        id: encodeToolId(part.id),
        name: part.name,
        input: inputOf(part.arguments),
        ...encodeCacheControl(part),
      };
    case "tool-result":
      return encodeToolResult(part, at, dropped);
    case "opaque":
      return part.dialect === dialect && isObject(part.value) ? part.value : undefined;
    case "audio":
    case "video":
      return undefined;
  }
}

function encodeDocument(
  part: Extract<Part, { type: "document" }>,
  at: string,
  dropped: string[],
): JsonObject | undefined {
  const { context, foundAt, source, title } = part;
  const parts = source.type === "parts" ? encodeParts(source.parts, `${at}.source.content`, dropped) : undefined;
  const rest = { ...(title !== undefined && { title }), ...encodeCacheControl(part) };
  if (foundAt !== undefined && parts !== undefined)
    return { ...own(part.extensions), type: "search_result", source: foundAt, content: parts, ...rest };
  const written = parts === undefined ? encodeSource(source) : { type: "content", content: parts };
  if (written === undefined) return undefined;
  const said = context === undefined ? {} : { context };
  return { ...own(part.extensions), type: "document", source: written, ...said, ...rest };
}

/** Anthropic takes base64 for PDF and images; text it takes as text. */
function encodeSource(source: MediaSource | DocumentSource): JsonObject | undefined {
  switch (source.type) {
    case "base64":
      return source.mediaType.startsWith("text/")
        ? { type: "text", media_type: "text/plain", data: Buffer.from(source.data, "base64").toString("utf8") }
        : { type: "base64", media_type: source.mediaType, data: source.data };
    case "url":
      return { type: "url", url: source.url };
    case "file":
      return source.dialect === dialect ? { type: "file", file_id: source.fileId } : undefined;
    case "text":
      return { type: "text", media_type: "text/plain", data: source.text };
    case "parts":
      return undefined;
  }
}

/** Reasoning goes back only with the state that Anthropic gave it. */
function encodeReasoning(part: Extract<Part, { type: "reasoning" }>): JsonObject | undefined {
  const state = part.state;
  if (state?.origin !== dialect) return undefined;
  return state.redacted
    ? { type: "redacted_thinking", data: state.value }
    : { type: "thinking", thinking: part.text, signature: state.value };
}

function encodeToolResult(part: Extract<Part, { type: "tool-result" }>, at: string, dropped: string[]): JsonObject {
  const blocks = encodeParts(part.content, `${at}.content`, dropped);
  return {
    ...own(part.extensions),
    type: "tool_result",
    tool_use_id: encodeToolId(part.callId),
    ...(blocks.length > 0 && { content: textOrBlocks(blocks) }),
    ...(part.isError && { is_error: true }),
    ...encodeCacheControl(part),
  };
}

/** The short form of a single plain text. */
export function textOrBlocks(blocks: readonly JsonObject[]): string | readonly JsonObject[] {
  const [only, second] = blocks;
  return only !== undefined && second === undefined && isPlainText(only) ? only.text : blocks;
}

function isPlainText(block: JsonObject): block is { readonly type: "text"; readonly text: string } {
  for (const key in block) if (key !== "type" && key !== "text") return false;
  return block.type === "text" && typeof block.text === "string";
}
