import { arrayOf, isArray, isObject, type Json, type JsonObject, stringOf } from "#lib/json";

/** What a delta puts out: its texts (answer, reasoning, refusal, arguments), and whether it carries anything at all. */
type DeltaOutput = { readonly texts: readonly string[]; readonly carries: boolean };

export function readOutput(delta: JsonObject): DeltaOutput {
  const calls = arrayOf(delta, "tool_calls").filter(isObject);
  const called = [...calls.map((call) => call.function ?? call.custom), delta.function_call].filter(isObject);
  const found = [stringOf(delta, "content"), ...partTexts(delta.content), ...reasoningTexts(delta)];
  const all = [...found, stringOf(delta, "refusal"), ...called.map(argumentsOf)];
  const texts = all.filter((text) => text !== undefined).filter((text) => text !== "");
  const media = isObject(delta.audio) || arrayOf(delta, "images").length > 0;
  return { texts, carries: texts.length > 0 || called.length > 0 || media };
}

function argumentsOf(called: JsonObject): string | undefined {
  return stringOf(called, "arguments") ?? stringOf(called, "input");
}

/** The same reasoning often stands under two names. */
function reasoningTexts(delta: JsonObject): readonly (string | undefined)[] {
  const plain = stringOf(delta, "reasoning_content") ?? stringOf(delta, "reasoning");
  if (plain !== undefined) return [plain];
  const details = arrayOf(delta, "reasoning_details").filter(isObject);
  return details.map((detail) => stringOf(detail, "text") ?? stringOf(detail, "summary"));
}

/** Mistral's content parts. */
function partTexts(content: Json | undefined): readonly (string | undefined)[] {
  if (!isArray(content)) return [];
  return content.filter(isObject).flatMap((part) => [stringOf(part, "text"), ...partTexts(part.thinking)]);
}
