import type { Message, Part, ReasoningPart, ReasoningState } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { at } from "../fields";
import { textOfArguments } from "../free-form";
import { writeSignature } from "./call-signature";
import { encodeName, encodeParts, joinContent, type Numbered, numbered } from "./encode-content";
import type { Losses } from "./losses";
import { writeDetail } from "./reasoning-details";
import { dialect, own } from "./wire";

type PartOf<T extends Part["type"]> = Extract<Part, { readonly type: T }>;

/** Writes an assistant message: its text, refusal, reasoning and calls each have a field. */
export function encodeAssistant(message: Message, path: string, losses: Losses): JsonObject {
  const extras = own(message.extensions);
  const parts = numbered(message.content);
  const calls = encodeCalls(parts, path, losses);
  const refusals = message.content.filter((part) => part.type === "refusal").map((part) => part.text);
  const content = joinContent(encodeParts(parts.filter(isContent), path, "assistant", losses));
  return {
    role: "assistant",
    content: content ?? (calls.length > 0 || refusals.length > 0 || isObject(extras.function_call) ? null : ""),
    ...encodeName(message),
    ...(refusals.length > 0 && { refusal: refusals.join("") }),
    ...encodeReasoning(parts.filter(isThought), path, extras, losses),
    ...encodeTextState(parts, path, losses),
    ...(calls.length > 0 && extras.function_call === undefined && { tool_calls: calls }),
    ...extras,
  };
}

function isThought(entry: Numbered): entry is Numbered<ReasoningPart> {
  return entry.part.type === "reasoning";
}

function isCall(entry: Numbered): entry is Numbered<PartOf<"tool-call"> | PartOf<"opaque">> {
  return entry.part.type === "tool-call" || (entry.part.type === "opaque" && customCalls(entry.part).length > 0);
}

function isContent(entry: Numbered): boolean {
  return entry.part.type !== "reasoning" && !isCall(entry) && entry.part.type !== "refusal";
}

/** Custom tools are called outside `content`; their calls are kept as this dialect's own. */
function customCalls(part: PartOf<"opaque">): readonly Json[] {
  return part.dialect === dialect && isObject(part.value) && isArray(part.value.tool_calls)
    ? part.value.tool_calls
    : [];
}

function encodeCalls(parts: readonly Numbered[], path: string, losses: Losses): readonly Json[] {
  return parts.filter(isCall).flatMap(({ index, part }) => encodeCall(part, at(path, index), losses));
}

function encodeCall(part: PartOf<"tool-call"> | PartOf<"opaque">, path: string, losses: Losses): readonly Json[] {
  if (part.type === "opaque") return customCalls(part);
  const signature = encodeSignature(part.state, path, losses);
  if (part.cache !== undefined) losses.drop("cache_control");
  if (part.freeForm && losses.traits.free_form_tools === true) {
    const custom = { name: part.name, input: textOfArguments(part.arguments) };
    return [{ id: losses.callId(part.id), type: "custom", custom, ...signature, ...own(part.extensions) }];
  }
  const called = { name: part.name, arguments: part.arguments === "" ? "{}" : part.arguments };
  return [{ id: losses.callId(part.id), type: "function", function: called, ...signature, ...own(part.extensions) }];
}

/** The last text's signature is the message's. */
function encodeTextState(parts: readonly Numbered[], path: string, losses: Losses): JsonObject | undefined {
  const last = parts.findLast(({ part }) => part.type === "text" && part.state !== undefined);
  return last?.part.type === "text" ? encodeSignature(last.part.state, at(path, last.index), losses) : undefined;
}

/** A part's signature, where the target reads one. */
function encodeSignature(state: ReasoningState | undefined, path: string, losses: Losses): JsonObject | undefined {
  if (state === undefined) return undefined;
  const { call_signatures: taken = "free" } = losses.traits;
  const written = taken === "free" ? undefined : writeSignature(state);
  if (written === undefined) losses.drop(`${path}.signature`);
  return written;
}

/**
 * Reasoning goes back as the client of this dialect wrote it (it stands in the extensions), else in the form that a
 * trait says the target takes; most refuse or ignore it.
 */
function encodeReasoning(
  parts: readonly Numbered<ReasoningPart>[],
  path: string,
  extras: JsonObject,
  losses: Losses,
): JsonObject {
  if (parts.length === 0 || reasoningFields.some((field) => extras[field] !== undefined)) return nothing;
  const dropAt = (index: number) => losses.drop(at(path, index));
  if (losses.traits.earlier_reasoning === "details") {
    const details = parts.map(({ part, index }, order) => {
      const detail = writeDetail(part, order);
      if (detail === undefined) dropAt(index);
      return detail;
    });
    return { reasoning_details: details.filter((detail) => detail !== undefined) };
  }
  const asText = losses.traits.earlier_reasoning === "content";
  for (const { part, index } of parts) if (!asText || part.state !== undefined) dropAt(index);
  const text = parts.map(({ part }) => part.text).join("");
  return asText && text !== "" ? { reasoning_content: text } : {};
}

const nothing: JsonObject = {};
const reasoningFields = ["reasoning_content", "reasoning", "reasoning_details"] as const;
