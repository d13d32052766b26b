import { isArray, isObject, type Json } from "#lib/json";
import type { EditableFields } from "#lib/json-fields";
import type { FieldWords } from "../../mends/refused-fields";

/** Of Responses. */
export const fieldWords: FieldWords = { saysNothing, asksToReason };

function saysNothing(field: string, value: Json): boolean {
  if (value === null || (isArray(value) && value.length === 0)) return true;
  if (isObject(value) && Object.keys(value).length === 0) return true;
  return defaults.get(field)?.includes(value) ?? false;
}

const defaults: ReadonlyMap<string, readonly Json[]> = new Map<string, readonly Json[]>([
  ["temperature", [1]],
  ["top_p", [1]],
  ["top_logprobs", [0]],
  ["parallel_tool_calls", [true]],
  ["service_tier", ["auto", "default"]],
  ["store", [false]],
  ["truncation", ["disabled"]],
]);

function asksToReason(body: EditableFields): boolean | undefined {
  const effort = body.get("reasoning")?.get("effort")?.text();
  return effort === undefined ? undefined : effort !== "none";
}
