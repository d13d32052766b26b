import { arrayOf, isArray, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";

/** What a delta puts out: its texts (answer, reasoning, refusal, arguments), and whether it carries anything at all. */
type DeltaOutput = { readonly texts: readonly string[]; readonly carries: boolean };

export function readOutput(delta: JsonObject): DeltaOutput {
  const calls = arrayOf(delta, "tool_calls").filter(isObject);
  const called = [...calls.flatMap((call) => [call.function, call.custom]), delta.function_call].filter(saysCall);
  const found = [...contentTexts(delta.content), ...reasoningTexts(delta)];
  const all = [...found, stringOf(delta, "refusal"), ...called.map(argumentsOf)];
  const texts = all.filter((text) => text !== undefined).filter((text) => text !== "");
  const media = isObject(delta.audio) || arrayOf(delta, "images").length > 0;
  return { texts, carries: texts.length > 0 || called.length > 0 || media };
}

/** Whether a called function or custom tool has a name or arguments: some providers send an empty one beside a text. */
export function saysCall(called: Json | undefined): called is JsonObject {
  return isObject(called) && Boolean(called.name || called.arguments || called.input);
}

function argumentsOf(called: JsonObject): string | undefined {
  if (isObject(called.arguments)) return writtenText(called.arguments);
  return stringOf(called, "arguments") ?? stringOf(called, "input");
}

/** The same reasoning often stands under two names. */
function reasoningTexts(delta: JsonObject): readonly (string | undefined)[] {
  const plain = stringOf(delta, "reasoning_content") ?? stringOf(delta, "reasoning");
  if (plain !== undefined) return [plain];
  const details = arrayOf(delta, "reasoning_details").filter(isObject);
  return details.map((detail) => stringOf(detail, "text") ?? stringOf(detail, "summary"));
}

/** Mistral's content parts. Any other list, as a JSON mode may give it, is the answer itself. */
export function isParts(content: Json | undefined): content is readonly JsonObject[] {
  return isArray(content) && content.every((part) => isObject(part) && typeof part.type === "string");
}

/** Content that is no list of parts, as a text: Cloudflare gives the object itself where JSON was asked for. */
export function plainContent(content: Json | undefined): string {
  if (typeof content === "string") return content;
  return content === undefined || content === null ? "" : writtenText(content);
}

function contentTexts(content: Json | undefined): readonly (string | undefined)[] {
  return isParts(content) ? content.flatMap(partTexts) : [plainContent(content)];
}

function partTexts(part: JsonObject): readonly (string | undefined)[] {
  const thinking = arrayOf(part, "thinking").filter(isObject);
  return [stringOf(part, "text"), stringOf(part, "thinking"), ...thinking.map((piece) => stringOf(piece, "text"))];
}
