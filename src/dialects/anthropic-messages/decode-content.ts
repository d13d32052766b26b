import type { DocumentSource, MediaSource, Part } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { at, invalidField, optionalBoolean, optionalString, requireObject, requireString } from "../fields";
import { joinStates } from "../part-states";
import { blockFields, decodeRest } from "./cache-control";
import { isForeignCitation } from "./citations";
import { decodeSignature } from "./signature";
import { decodeToolId } from "./tool-ids";
import { dialect, keep, own } from "./wire";

/** Reads `content`: a string, or an array of blocks. `path` names it in errors. */
export function decodeContent(content: Json | undefined, path: string): readonly Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!isArray(content)) throw invalidField(path, "a string or an array", content);
  return joinStates(content.map((block, i) => decodeBlock(requireObject(block, `${path}[${i}]`), `${path}[${i}]`)));
}

/** Blocks of an unknown type, or with an unknown kind of source, are kept whole for their own dialect. */
function decodeBlock(block: JsonObject, path: string): Part {
  switch (requireString(block.type, at(path, "type"))) {
    case "text":
      return decodeText(block, path);
    case "image":
      return decodeImage(block, path);
    case "document":
      return decodeDocument(block, path);
    case "search_result":
      return decodeSearchResult(block, path);
    case "thinking":
      return {
        type: "reasoning",
        text: requireString(block.thinking, at(path, "thinking")),
        ...decodeSignature(optionalString(block, path, "signature") ?? "", false),
      };
    case "redacted_thinking":
      return { type: "reasoning", text: "", ...decodeSignature(requireString(block.data, at(path, "data")), true) };
    case "tool_use":
      return decodeToolUse(block, path);
    case "tool_result":
      return decodeToolResult(block, path);
    default:
      return opaque(block);
  }
}

function opaque(block: JsonObject): Part {
  return { type: "opaque", dialect, value: block };
}

const textFields = blockFields("type", "text", "citations");
const imageFields = blockFields("type", "source");
const documentFields = blockFields("type", "source", "title", "context");
const searchFields = blockFields("type", "content", "title", "source");
const callFields = blockFields("type", "id", "name", "input");
const resultFields = blockFields("type", "tool_use_id", "content", "is_error");

function decodeText(block: JsonObject, path: string): Part {
  const text = requireString(block.text, at(path, "text"));
  const rest = decodeRest(block, textFields);
  const citations = isArray(block.citations) ? block.citations.filter((each) => !isForeignCitation(each)) : [];
  if (citations.length === 0) return { type: "text", text, ...rest };
  return { type: "text", text, ...rest, ...keep({ ...own(rest.extensions), citations }) };
}

function decodeImage(block: JsonObject, path: string): Part {
  const source = decodeSource(requireObject(block.source, `${path}.source`), `${path}.source`);
  if (!source || source.type === "text" || source.type === "parts") return opaque(block);
  return { type: "image", source, ...decodeRest(block, imageFields) };
}

function decodeDocument(block: JsonObject, path: string): Part {
  const source = decodeSource(requireObject(block.source, `${path}.source`), `${path}.source`);
  if (!source) return opaque(block);
  const title = optionalString(block, path, "title");
  const context = optionalString(block, path, "context");
  return {
    type: "document",
    source,
    ...(title !== undefined && { title }),
    ...(context !== undefined && { context }),
    ...decodeRest(block, documentFields),
  };
}

/** A text that the client found: https://platform.claude.com/docs/en/build-with-claude/search-results */
function decodeSearchResult(block: JsonObject, path: string): Part {
  return {
    type: "document",
    source: { type: "parts", parts: decodeContent(block.content, `${path}.content`) },
    title: requireString(block.title, at(path, "title")),
    foundAt: requireString(block.source, at(path, "source")),
    ...decodeRest(block, searchFields),
  };
}

function decodeSource(source: JsonObject, path: string): MediaSource | DocumentSource | undefined {
  switch (requireString(source.type, at(path, "type"))) {
    case "base64":
      return {
        type: "base64",
        mediaType: requireString(source.media_type, at(path, "media_type")),
        data: requireString(source.data, at(path, "data")),
      };
    case "url":
      return { type: "url", url: requireString(source.url, at(path, "url")) };
    case "file":
      return { type: "file", dialect, fileId: requireString(source.file_id, at(path, "file_id")) };
    case "text":
      return { type: "text", text: requireString(source.data, at(path, "data")) };
    case "content":
      return { type: "parts", parts: decodeContent(source.content, at(path, "content")) };
    default:
      return undefined;
  }
}

function decodeToolUse(block: JsonObject, path: string): Part {
  // A model's `null` for no arguments comes back from sessions that began elsewhere.
  const input = block.input ?? {};
  if (!isObject(input)) throw invalidField(`${path}.input`, "an object", input);
  return {
    type: "tool-call",
    id: decodeToolId(requireString(block.id, at(path, "id"))),
    name: requireString(block.name, at(path, "name")),
    arguments: writtenText(input),
    ...decodeRest(block, callFields),
  };
}

function decodeToolResult(block: JsonObject, path: string): Part {
  return {
    type: "tool-result",
    callId: decodeToolId(requireString(block.tool_use_id, at(path, "tool_use_id"))),
    content: block.content == null ? [] : decodeContent(block.content, `${path}.content`),
    isError: optionalBoolean(block, path, "is_error") ?? false,
    ...decodeRest(block, resultFields),
  };
}
