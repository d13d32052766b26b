import type { Answer } from "#api/call";

/** A request and its answer, as lists show it. */
export type RequestRecord = Answer<"GET /api/logs">["data"][number];
export type WholeRecord = Answer<"GET /api/logs/{id}">;
export type Attempt = RequestRecord["attempts"][number];
export type Usage = NonNullable<RequestRecord["usage"]>;

export function inputTokens({ usage }: RequestRecord): number | undefined {
  if (usage === undefined) return undefined;
  return (
    usage.input + usage.cache_read + usage.cache_write + usage.cache_write_1h + usage.input_audio + usage.input_image
  );
}

export function outputTokens({ usage }: RequestRecord): number | undefined {
  return usage && usage.output + usage.reasoning + usage.output_audio + usage.output_image;
}

/** Output tokens a second, from the first token to the end. */
export function tokensPerSecond(record: RequestRecord): number | undefined {
  const tokens = outputTokens(record);
  const ms = record.duration_ms - (record.first_token_ms ?? 0);
  return tokens === undefined || tokens === 0 || ms <= 0 ? undefined : (tokens / ms) * 1000;
}

/** What answered: `provider/model`. */
export function servedModel({ provider, model }: RequestRecord): string | undefined {
  return provider === undefined || model === undefined ? undefined : `${provider}/${model}`;
}

/** The name by which a list calls it. */
export function modelName(record: RequestRecord): string {
  return servedModel(record) ?? record.asked_model ?? record.endpoint;
}
