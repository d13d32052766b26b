import { isArray, isObject, type Json } from "#lib/json";
import type { EditableFields } from "#lib/json-fields";
import type { FieldWords } from "../../mends/refused-fields";

/** Of the Messages API. */
export const fieldWords: FieldWords = { saysNothing, isRefused, asksToReason };

function saysNothing(field: string, value: Json): boolean {
  if (value === null || (isArray(value) && value.length === 0)) return true;
  if (isObject(value) && Object.keys(value).length === 0) return true;
  if (field === "service_tier") return value === "auto";
  return (field === "temperature" || field === "top_p") && value === 1;
}

/**
 * Models that refuse sampling take what changes next to nothing, and while it thinks a model takes a `top_p` from 0.95:
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking (feature compatibility)
 */
function isRefused(field: string, value: Json, reasons: boolean): boolean {
  if (field === "temperature") return value !== 1;
  return field !== "top_p" || typeof value !== "number" || value < (reasons ? 0.95 : 0.99);
}

function asksToReason(body: EditableFields): boolean | undefined {
  const type = body.get("thinking")?.get("type")?.text();
  return type === undefined ? undefined : type !== "disabled";
}
