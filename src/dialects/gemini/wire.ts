import type { Finish, FinishReason } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { createOwnExtensions } from "../extensions";

/** Google's generateContent: https://ai.google.dev/api/generate-content */
export const dialect = "gemini" as const;

/** What only this dialect knows of some part of the pivot. */
export const { own, keep } = createOwnExtensions(dialect);

/**
 * A field of a message in JSON, which Google takes in camel and in snake case: the specification's name and the one of the
 * protocol buffer (https://protobuf.dev/programming-guides/json/). `null` counts as absent.
 */
export function field(object: JsonObject, name: string): Json | undefined {
  return object[name] ?? object[snakeCase(name)] ?? undefined;
}

/** Its name as it stands there. */
export function nameIn(object: JsonObject, name: string): string {
  return (object[name] ?? undefined) === undefined && (object[snakeCase(name)] ?? undefined) !== undefined
    ? snakeCase(name)
    : name;
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The names of fields that are read. */
export function bothSpellings(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, snakeCase(name)]));
}

/** Lists of one are often written without their brackets (Google's own examples do with `parts`). */
export function listOf(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? [value] : [];
}

/** https://ai.google.dev/api/generate-content#FinishReason; numbers are those of the protocol buffer. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["STOP", "stop"],
  ["1", "stop"],
  ["MAX_TOKENS", "length"],
  ["2", "length"],
  ["SAFETY", "content-filter"],
  ["3", "content-filter"],
  ["RECITATION", "content-filter"],
  ["4", "content-filter"],
  ["LANGUAGE", "content-filter"],
  ["BLOCKLIST", "content-filter"],
  ["PROHIBITED_CONTENT", "content-filter"],
  ["SPII", "content-filter"],
  ["MODEL_ARMOR", "content-filter"],
  ["IMAGE_SAFETY", "content-filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content-filter"],
  ["IMAGE_RECITATION", "content-filter"],
  ["JAILBREAK", "content-filter"],
]);

/**
 * `STOP` stands for calls too. Words that are not known, and those for calls that the model could not write
 * (`MALFORMED_FUNCTION_CALL`, `UNEXPECTED_TOOL_CALL`…), say of nothing that it is whole.
 */
export function readFinishReason(raw: string, calledTools: boolean): FinishReason {
  const reason = finishReasons.get(raw) ?? "other";
  return calledTools && reason === "stop" ? "tool-calls" : reason;
}

/** `message`: Google also says of ordinary ends that they are (`Model generated function call(s).`), which is no news. */
export function makeFinish(choice: number, reason: FinishReason, raw: string, message: string | undefined): Finish {
  const isOrdinary = reason === "stop" || reason === "tool-calls" || !message;
  return isOrdinary ? { choice, reason, raw } : { choice, reason, raw, message };
}

const ownWords = /^[A-Z]+(?:_[A-Z]+)*$/;

/** The word for a finish reason: the provider's own where it is one of this dialect. */
export function writeFinishReason({ raw, reason }: Finish, refused: boolean): string {
  if (raw !== undefined && (finishReasons.has(raw) || geminiOnly.has(raw)) && ownWords.test(raw)) return raw;
  if (refused) return "SAFETY";
  switch (reason) {
    case "stop":
    case "stop-sequence":
    case "tool-calls":
    case "pause":
      return "STOP";
    case "length":
    case "context-length":
      return "MAX_TOKENS";
    case "content-filter":
    case "refusal":
      return "SAFETY";
    case "other":
      return "OTHER";
  }
}

const geminiOnly: ReadonlySet<string> = new Set([
  ...["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE"],
  ...["MALFORMED_RESPONSE", "IMAGE_OTHER", "NO_IMAGE", "OTHER"],
]);
