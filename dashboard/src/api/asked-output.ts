import { isObject, type JsonObject } from "#lib/json";

/** Where each dialect says how many tokens an answer may have; local servers have a word of their own. */
const limitPaths = [
  ...["max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict"].flatMap((name) => [
    [name],
    ["additionalModelRequestFields", name],
  ]),
  ["inferenceConfig", "maxTokens"],
  ["generationConfig", "maxOutputTokens"],
  ["generationConfig", "max_output_tokens"],
  ["generation_config", "maxOutputTokens"],
  ["generation_config", "max_output_tokens"],
];

/** Where each says how many answers it wants. */
const countPaths = [
  ["n"],
  ["best_of"],
  ["generationConfig", "candidateCount"],
  ["generationConfig", "candidate_count"],
  ["generation_config", "candidateCount"],
  ["generation_config", "candidate_count"],
];

/**
 * How many answers a request asks for, and how many tokens each of them may have. Of several limits the largest counts, as
 * providers differ in which of them they obey; none, where one is below 1, which local servers take for no limit.
 */
export function askedOutput(body: object): { readonly limit: number | undefined; readonly answers: number } {
  const fields: JsonObject = { ...body };
  const limits = limitPaths.flatMap((path) => figureAt(fields, path));
  const counts = countPaths.flatMap((path) => figureAt(fields, path));
  return {
    limit: limits.length > 0 && limits.every((limit) => limit >= 1) ? Math.max(...limits) : undefined,
    answers: Math.max(1, ...counts.map((count) => Math.ceil(count) || 1)) * promptsOf(fields.prompt),
  };
}

/** Some servers read numbers in strings. */
function figureAt(fields: JsonObject, path: readonly string[]): readonly number[] {
  const value = path.reduce<unknown>((within, name) => (isObject(within) ? within[name] : undefined), fields);
  return value === undefined || value === null ? [] : [Number(value)];
}

/** A prompt is a text or a list of tokens; a list of either is several. */
function promptsOf(prompt: unknown): number {
  return Array.isArray(prompt) && typeof prompt[0] !== "number" ? Math.max(1, prompt.length) : 1;
}
