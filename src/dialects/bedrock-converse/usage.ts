import { inputTotal, noUsage, outputTotal, type Usage } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { countOf } from "../token-count";

/** Cached tokens are counted beside the others: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html */
export function readUsage(raw: Json | undefined): Usage | undefined {
  if (!isObject(raw)) return undefined;
  // Some models and streams say `…TokenCount`: https://github.com/BerriAI/litellm/pull/31693
  const written = countOf(raw, "cacheWriteInputTokens") ?? countOf(raw, "cacheWriteInputTokenCount") ?? 0;
  const cacheWrite1h = Math.min(writtenForAnHour(raw), written);
  return {
    ...noUsage,
    input: countOf(raw, "inputTokens") ?? 0,
    cacheRead: countOf(raw, "cacheReadInputTokens") ?? countOf(raw, "cacheReadInputTokenCount") ?? 0,
    cacheWrite: written - cacheWrite1h,
    cacheWrite1h,
    output: countOf(raw, "outputTokens") ?? 0,
  };
}

function writtenForAnHour(raw: JsonObject): number {
  let tokens = 0;
  for (const detail of arrayOf(raw, "cacheDetails"))
    if (isObject(detail) && stringOf(detail, "ttl") === "1h") tokens += countOf(detail, "inputTokens") ?? 0;
  return tokens;
}

/** Usage as Bedrock writes it; zeros when none is known, since its clients require the numbers. */
export function writeUsage(usage: Usage = noUsage): JsonObject {
  const { cacheRead, cacheWrite, cacheWrite1h } = usage;
  const written = cacheWrite + cacheWrite1h;
  const total = inputTotal(usage);
  const outputTokens = outputTotal(usage);
  return {
    inputTokens: total - cacheRead - written,
    outputTokens,
    totalTokens: total + outputTokens,
    ...(cacheRead + written > 0 && { cacheReadInputTokens: cacheRead, cacheWriteInputTokens: written }),
    ...(written > 0 && { cacheDetails: cacheDetails(usage) }),
  };
}

function cacheDetails({ cacheWrite, cacheWrite1h }: Usage): readonly JsonObject[] {
  const details = [
    { ttl: "5m", inputTokens: cacheWrite },
    { ttl: "1h", inputTokens: cacheWrite1h },
  ];
  return details.filter(({ inputTokens }) => inputTokens > 0);
}
