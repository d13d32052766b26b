import { arrayOf, isObject, type Json, stringOf } from "#lib/json";

/** The bytes of a whole legacy completion's texts. */
export function textCompletionBytes(body: Json): number {
  const choices = isObject(body) ? arrayOf(body, "choices").filter(isObject) : [];
  return choices.reduce((total, choice) => total + Buffer.byteLength(stringOf(choice, "text") ?? ""), 0);
}
