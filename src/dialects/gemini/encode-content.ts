import type { Part } from "#core/completion";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { embedJson } from "#lib/json-text";
import type { Traits } from "#traits/vocabulary";
import { spellDocument } from "../spell-document";
import { signatureOfState } from "../thought-signature";
import { argsOf } from "./answer-writer";
import { isMade } from "./call-ids";
import { writeAudio, writeMedia } from "./media";
import { dialect, own } from "./wire";

type PartOf<T extends Part["type"]> = Extract<Part, { readonly type: T }>;

export type PartNotes = { readonly traits: Traits; readonly drop: (path: string) => void };

/** A part, and of a document what is said of it beside it. */
export function encodeParts(part: Part, path: string, notes: PartNotes): readonly JsonObject[] {
  return spellDocument(part)
    .map((each) => encodePart(each, path, notes))
    .filter((written) => written !== undefined);
}

/** One part; undefined, and named unless it says nothing, where there is none for it. */
function encodePart(part: Part, path: string, notes: PartNotes): JsonObject | undefined {
  if ("cache" in part && part.cache !== undefined) notes.drop("cache_control");
  const written = writePart(part, path, notes);
  if (written === undefined && !isBlank(part)) notes.drop(path);
  return written;
}

function isBlank(part: Part): boolean {
  return (part.type === "text" || part.type === "refusal") && part.text.trim() === "";
}

function writePart(part: Part, path: string, notes: PartNotes): JsonObject | undefined {
  switch (part.type) {
    case "text":
      return writeText(part, path, notes);
    case "refusal":
      return isBlank(part) ? undefined : { text: part.text };
    case "image":
      return signed(withRest(writeMedia(part.source, "image/jpeg"), part), part, path, notes);
    case "video":
      return withRest(writeMedia(part.source, "video/mp4"), part);
    case "audio":
      return writeAudio(part.data, part.format);
    case "document":
      if (part.title !== undefined) notes.drop(`${path}.title`);
      // One of texts is spelled out before.
      if (part.source.type === "text" || part.source.type === "parts") return undefined;
      return withRest(writeMedia(part.source, "application/pdf"), part);
    case "reasoning":
      return writeThought(part);
    case "tool-call":
      return writeCall(part, path, notes);
    case "tool-result":
      return undefined;
    case "opaque":
      return part.dialect === dialect && isObject(part.value) ? part.value : undefined;
  }
}

function withRest(
  written: JsonObject | undefined,
  { extensions }: PartOf<"image"> | PartOf<"video"> | PartOf<"document">,
): JsonObject | undefined {
  return written && extensions !== undefined ? { ...written, ...own(extensions) } : written;
}

/** An empty text is one where it is signed. */
function writeText(part: PartOf<"text">, path: string, notes: PartNotes): JsonObject | undefined {
  if (part.onlyFor !== undefined && part.onlyFor !== dialect) return undefined;
  const written = signed({ text: part.text }, part, path, notes);
  return isBlank(part) && written?.thoughtSignature === undefined ? undefined : written;
}

function signed(
  written: JsonObject | undefined,
  { state }: PartOf<"text"> | PartOf<"image"> | PartOf<"tool-call">,
  path: string,
  { drop }: PartNotes,
): JsonObject | undefined {
  if (written === undefined || state === undefined) return written;
  const signature = signatureOfState(state);
  if (signature === undefined) drop(`${path}.signature`);
  return signature === undefined ? written : { ...written, thoughtSignature: signature };
}

/** Thoughts go back with the signature that Gemini gave them. */
function writeThought({ state, text }: PartOf<"reasoning">): JsonObject | undefined {
  const signature = signatureOfState(state);
  if (signature === undefined) return undefined;
  return { text, thought: true, thoughtSignature: signature };
}

function writeCall(part: PartOf<"tool-call">, path: string, notes: PartNotes): JsonObject | undefined {
  const call = { ...idOf(part.id, notes), name: part.name, args: argsOf(part.arguments) };
  return signed({ functionCall: call }, part, path, notes);
}

function idOf(id: string, { traits }: PartNotes): JsonObject {
  return isMade(id) || traits.call_ids === "none" ? {} : { id };
}

/** A result under its function's name, and what of it is no text, which stands behind all results. */
export function encodeResult(
  result: PartOf<"tool-result">,
  call: PartOf<"tool-call">,
  path: string,
  notes: PartNotes,
): { readonly response: JsonObject; readonly media: readonly JsonObject[] } {
  if (result.cache !== undefined) notes.drop("cache_control");
  const texts: string[] = [];
  const media: JsonObject[] = [];
  for (const [index, part] of result.content.entries()) {
    if (part.type === "text" || part.type === "refusal") texts.push(part.text);
    else media.push(...encodeParts(part, `${path}.content[${index}]`, notes));
  }
  const text = texts.join("\n");
  const response = responseOf(text.trim() === "" && media.length > 0 ? shownBelow : text, result.isError);
  const said = { ...own(result.extensions), ...idOf(call.id, notes), name: call.name, response };
  return { response: { functionResponse: said }, media };
}

/** In place of a result that is not text. */
const shownBelow = "The result is below.";

/** An object as it is; anything else under the name that stands for it. */
function responseOf(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  return isObject(tryParseJson(text)) ? embedJson(text) : { output: text };
}
