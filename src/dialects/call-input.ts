import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { embedJson, type JsonText } from "#lib/json-text";

/**
 * A tool call's input from the model's JSON text, which stands there as the model wrote it (`writeJson`). `null` means no
 * arguments at Groq. Text that is not a JSON object is wrapped the way Anthropic advises clients to hand back broken
 * arguments (docs: fine-grained tool streaming, "Handling invalid JSON").
 */
export function inputOf(text: JsonText): JsonObject {
  const parsed = tryParseJson(text);
  if (isObject(parsed)) return embedJson(text);
  return parsed === null || text.trim() === "" ? {} : { INVALID_JSON: text };
}
