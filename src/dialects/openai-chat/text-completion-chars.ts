import { arrayOf, isObject, type Json, stringOf } from "#lib/json";

/** The characters of a whole legacy completion's texts. */
export function textCompletionChars(body: Json): number {
  const choices = isObject(body) ? arrayOf(body, "choices").filter(isObject) : [];
  return choices.reduce((total, choice) => total + (stringOf(choice, "text")?.length ?? 0), 0);
}
