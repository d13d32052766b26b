import type { Message, Part, ReasoningState } from "#core/completion";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { at, requireObject, requireString, unknownFields } from "../fields";
import type { CallBook } from "./call-book";
import { readSignature } from "./foreign-state";
import { partOfMedia, sourceOfUri } from "./media";
import { bothSpellings, dialect, field, keep, listOf } from "./wire";

/** Reads the parts of one content. `book` pairs calls with results, which need no ids here. */
export function decodeParts(content: JsonObject, path: string, book: CallBook): readonly Part[] {
  const parts: Part[] = [];
  for (const [index, value] of listOf(field(content, "parts")).entries()) {
    const place = at(at(path, "parts"), index);
    const part = requireObject(value, place);
    const signature = field(part, "thoughtSignature");
    const { reasoning, state } = readSignature(typeof signature === "string" ? signature : undefined);
    parts.push(...reasoning, ...decodePart(part, place, state, book));
  }
  return parts;
}

/** Thoughts of other providers were shown, and came as states as well: their own provider wants those. */
export function withoutShown({ content, ...message }: Message): Message {
  const carries = content.some((part) => part.type === "reasoning" && (part.state?.origin ?? dialect) !== dialect);
  const isKept = (part: Part) => part.type !== "reasoning" || part.state !== undefined;
  return { ...message, content: carries ? content.filter(isKept) : content };
}

function decodePart(
  part: JsonObject,
  path: string,
  state: ReasoningState | undefined,
  book: CallBook,
): readonly Part[] {
  const signed = state === undefined ? undefined : { state };
  const call = field(part, "functionCall");
  if (isObject(call)) return [{ ...decodeCall(call, at(path, "functionCall"), book), ...signed }];
  const response = field(part, "functionResponse");
  if (isObject(response)) return [decodeResult(response, at(path, "functionResponse"), book)];
  const media = decodeMedia(part, path);
  if (media !== undefined) return [media.type === "image" ? { ...media, ...signed } : media];
  const text = field(part, "text");
  if (text === undefined) return Object.keys(part).some(isContent) ? [{ type: "opaque", dialect, value: part }] : [];
  const written = requireString(text, at(path, "text"));
  if (part.thought === true) return [{ type: "reasoning", text: written, ...signed }];
  return written === "" && signed === undefined ? [] : [{ type: "text", text: written, ...signed }];
}

function isContent(name: string): boolean {
  return !/^(?:thought|thought_?[sS]ignature|part_?[mM]etadata|video_?[mM]etadata|media_?[rR]esolution)$/.test(name);
}

function decodeCall(call: JsonObject, path: string, book: CallBook): Extract<Part, { type: "tool-call" }> {
  const name = requireString(call.name, at(path, "name"));
  const args = field(call, "args");
  const id = book.called(name, typeof call.id === "string" ? call.id : "");
  return { type: "tool-call", id, name, arguments: isObject(args) ? writtenText(args) : "{}" };
}

const responseFields = bothSpellings("name", "id", "response", "parts");

/** https://ai.google.dev/gemini-api/docs/function-calling: `output` and `error` have a meaning, any other object is the result. */
function decodeResult(response: JsonObject, path: string, book: CallBook): Part {
  const name = requireString(response.name, at(path, "name"));
  const callId = book.answered(name, typeof response.id === "string" ? response.id : "");
  const said = field(response, "response");
  const { isError, text } = readResponse(isObject(said) ? said : {});
  const media = listOf(field(response, "parts")).flatMap((each, index) => {
    const part = decodeMedia(requireObject(each, at(at(path, "parts"), index)), path);
    return part === undefined ? [] : [part];
  });
  const content: readonly Part[] = [{ type: "text", text }, ...media];
  return { type: "tool-result", callId, content, isError, ...keep(unknownFields(response, responseFields)) };
}

function readResponse(said: JsonObject): { readonly isError: boolean; readonly text: string } {
  const [only, second] = Object.keys(said);
  const value = only === undefined || second !== undefined ? undefined : said[only];
  if (value !== undefined && (only === "output" || only === "result")) return { isError: false, text: textOf(value) };
  if (value !== undefined && only === "error") return { isError: true, text: textOf(value) };
  return { isError: false, text: writtenText(said) };
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `inlineData` and `fileData`; undefined where there is neither. */
function decodeMedia(part: JsonObject, path: string): Part | undefined {
  const blob = field(part, "inlineData");
  if (isObject(blob)) {
    const place = at(path, "inlineData");
    const mediaType = requireString(field(blob, "mimeType"), at(place, "mimeType"));
    const data = requireString(field(blob, "data"), at(place, "data"));
    return withRest(partOfMedia(mediaType, { type: "base64", mediaType, data }, titleIn(blob)), part);
  }
  const file = field(part, "fileData");
  if (!isObject(file)) return undefined;
  const uri = requireString(field(file, "fileUri"), at(at(path, "fileData"), "fileUri"));
  const type = field(file, "mimeType");
  const mediaType = typeof type === "string" ? type : "application/octet-stream";
  return withRest(partOfMedia(mediaType, sourceOfUri(uri), titleIn(file)), part);
}

function titleIn(blob: JsonObject): string | undefined {
  const title = field(blob, "displayName");
  return typeof title === "string" && title !== "" ? title : undefined;
}

/** What only Gemini takes beside the bytes: which part of a video, and how closely it is looked at. */
function withRest(part: Part, written: JsonObject): Part {
  if (part.type !== "video" && part.type !== "image" && part.type !== "document") return part;
  const rest = ["videoMetadata", "mediaResolution"].flatMap((name) => {
    const value = field(written, name);
    return isObject(value) ? [[name, value] as const] : [];
  });
  return { ...part, ...keep(Object.fromEntries(rest)) };
}
