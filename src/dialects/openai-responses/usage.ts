import { inputTotal, outputTotal, type Usage } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject } from "#lib/json";
import { readOpenAiUsage } from "../openai-usage";

/** Reads an answer's usage: OpenAI's counts under their other names, and the searches among its items, which are charged. */
export function readUsage(response: JsonObject): Usage | undefined {
  const { usage } = response;
  if (!isObject(usage)) return undefined;
  const { input_tokens, input_tokens_details, output_tokens, output_tokens_details, ...rest } = usage;
  const read = readOpenAiUsage({
    ...rest,
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    prompt_tokens_details: input_tokens_details,
    completion_tokens_details: output_tokens_details,
  });
  const searches = arrayOf(response, "output").filter(isSearch).length;
  return read === undefined || searches <= read.searches ? read : { ...read, searches };
}

/** Of the actions of a search only the search itself costs: https://platform.openai.com/docs/pricing#built-in-tools */
function isSearch(item: Json): boolean {
  if (!isObject(item) || item.type !== "web_search_call") return false;
  return !isObject(item.action) || item.action.type === "search";
}

export function writeUsage(usage: Usage): JsonObject {
  const input = inputTotal(usage);
  const output = outputTotal(usage);
  const written = usage.cacheWrite + usage.cacheWrite1h;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead, ...(written > 0 && { cache_write_tokens: written }) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  };
}
