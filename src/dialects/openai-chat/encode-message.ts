import type { Item } from "#core/completion";
import { arrayOf, isObject, type Json, type JsonObject } from "#lib/json";
import { textOfArguments } from "../free-form";
import { writeLogprobs } from "../openai-logprobs";
import { writeSignature } from "./call-signature";
import { writeAnnotation } from "./citations";
import { writeMadeMedia } from "./made-media";
import { writeDetail } from "./reasoning-details";
import { type CallForms, dialect } from "./wire";

type ItemOf<K extends Item["kind"]> = Extract<Item, { readonly kind: K }>;

/** Writes the items of one choice as an assistant message. */
export function encodeMessage(items: readonly Item[], { legacy, custom }: CallForms): JsonObject {
  const [only, second] = items;
  // Most answers are one text.
  if (only?.kind === "text" && second === undefined && only.citations.length === 0 && only.state === undefined)
    return { role: "assistant", content: only.text, refusal: null };
  const texts = items.filter((item) => item.kind === "text");
  const refusals = items.filter((item) => item.kind === "refusal");
  const reasoning = items.filter((item) => item.kind === "reasoning");
  const annotations = annotationsOf(texts);
  return {
    role: "assistant",
    content: texts.length === 0 ? null : texts.map((item) => item.text).join(""),
    refusal: refusals.length === 0 ? null : refusals.map((item) => item.text).join(""),
    ...(annotations.length > 0 && { annotations }),
    ...encodeReasoning(reasoning),
    ...encodeCalls(items, legacy, custom),
    ...writeSignature(texts.findLast((item) => item.state !== undefined)?.state),
    ...mediaFields(items),
    ...opaqueFields(items),
  };
}

/** Images stand in one list; of sound there is one. */
function mediaFields(items: readonly Item[]): JsonObject {
  const images: Json[] = [];
  let audio: JsonObject = {};
  for (const item of items) {
    if (item.kind !== "image" && item.kind !== "audio") continue;
    const written = writeMadeMedia(item);
    if (written?.images !== undefined) images.push(...arrayOf(written, "images"));
    else if (written !== undefined) audio = written;
  }
  return images.length === 0 ? audio : { images, ...audio };
}

/** Text of a later item follows that of an earlier one, and so do its citations. */
function annotationsOf(texts: readonly ItemOf<"text">[]): readonly JsonObject[] {
  const annotations: JsonObject[] = [];
  let offset = 0;
  for (const { citations, text } of texts) {
    for (const citation of citations) {
      const annotation = writeAnnotation(citation, offset, text.length);
      if (annotation !== undefined) annotations.push(annotation);
    }
    offset += text.length;
  }
  return annotations;
}

/** The fields of all items that only this dialect knows, the later of one name in place of the earlier. */
function opaqueFields(items: readonly Item[]): JsonObject {
  const fields = {};
  for (const item of items) if (isOwnOpaque(item)) Object.assign(fields, item.value);
  return fields;
}

/** The text for every client, and the typed blocks where there is state to bring back next turn. */
function encodeReasoning(items: readonly ItemOf<"reasoning">[]): JsonObject {
  if (items.length === 0) return {};
  const text = items.map((item) => item.text).join("");
  const details = items.map((item, index) => writeDetail(item, index));
  return {
    reasoning_content: text,
    ...(items.some((item) => item.state) && { reasoning_details: details.filter((entry) => entry !== undefined) }),
  };
}

function encodeCalls(items: readonly Item[], legacy: boolean, custom: ReadonlySet<string>): JsonObject {
  const calls = items.flatMap((item) => encodeCall(item, custom));
  const [first] = calls;
  if (first === undefined) return {};
  return legacy ? { function_call: first.function } : { tool_calls: calls };
}

function encodeCall(item: Item, custom: ReadonlySet<string>): readonly JsonObject[] {
  if (item.kind !== "tool-call") return [];
  if (item.freeForm || custom.has(item.name))
    return [{ id: item.id, type: "custom", custom: { name: item.name, input: textOfArguments(item.arguments) } }];
  const called = { name: item.name, arguments: item.arguments };
  return [{ id: item.id, type: "function", function: called, ...writeSignature(item.state) }];
}

function isOwnOpaque(item: Item): item is ItemOf<"opaque"> & { readonly value: JsonObject } {
  return item.kind === "opaque" && item.dialect === dialect && isObject(item.value);
}

/** The `logprobs` of a choice; null when none came. */
export function encodeLogprobs(items: readonly Item[]): JsonObject | null {
  if (!items.some(hasLogprobs)) return null;
  const content = items.flatMap((item) => (item.kind === "text" ? item.logprobs : []));
  const refusal = items.flatMap((item) => (item.kind === "refusal" ? (item.logprobs ?? []) : []));
  const list = (logprobs: typeof content) => (logprobs.length === 0 ? null : writeLogprobs(logprobs));
  return { content: list(content), refusal: list(refusal) };
}

function hasLogprobs(item: Item): boolean {
  return (item.kind === "text" || item.kind === "refusal") && item.logprobs !== undefined && item.logprobs.length > 0;
}
