import * as z from "zod";
import { formatDollars } from "#core/money";
import type { AttemptRecord } from "#core/record";
import type { Usage } from "#core/usage";
import { count, dollars, milliseconds } from "../view-fields";

export const usageView = z
  .strictObject({
    input: count,
    cache_read: count,
    cache_write: count,
    cache_write_1h: count,
    input_audio: count,
    input_image: count,
    output: count,
    reasoning: count,
    output_audio: count,
    output_image: count,
    searches: count.meta({ description: "Web searches that the provider ran; no tokens." }),
    estimated: z.boolean().meta({ description: "Whether Headgate counted any of it." }),
  })
  .meta({ id: "Usage", description: "Tokens, each in exactly one class." });

export const attemptView = z
  .strictObject({
    provider: z.string(),
    model: z.string(),
    provider_key: z.string(),
    status: z.int().exactOptional().meta({ description: "The provider's; absent when none came." }),
    error: z.string().exactOptional(),
    error_class: z.string().exactOptional(),
    start_ms: milliseconds.exactOptional().meta({ description: "Since the request started." }),
    duration_ms: milliseconds,
    latency_ms: milliseconds.exactOptional().meta({ description: "Until headers, or the first token of a stream." }),
    next: z.string().exactOptional().meta({ description: "What came after it and why." }),
    usage: usageView.exactOptional(),
    cost_usd: dollars.exactOptional(),
  })
  .meta({ id: "Attempt" });

export function showAttempt(attempt: AttemptRecord): z.output<typeof attemptView> {
  const { status, error, errorClass, latencyMs, next, startMs, usage } = attempt;
  return {
    provider: attempt.provider,
    model: attempt.model,
    provider_key: attempt.providerKey,
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(errorClass !== undefined && { error_class: errorClass }),
    ...(startMs !== undefined && { start_ms: startMs }),
    duration_ms: attempt.durationMs,
    ...(latencyMs !== undefined && { latency_ms: latencyMs }),
    ...(next !== undefined && { next }),
    ...(usage !== undefined && { usage: showUsage(usage) }),
    ...showCost(attempt.cost),
  };
}

export function showUsage(usage: Usage): z.output<typeof usageView> {
  return {
    input: usage.input,
    cache_read: usage.cacheRead,
    cache_write: usage.cacheWrite,
    cache_write_1h: usage.cacheWrite1h,
    input_audio: usage.inputAudio,
    input_image: usage.inputImage,
    output: usage.output,
    reasoning: usage.reasoning,
    output_audio: usage.outputAudio,
    output_image: usage.outputImage,
    searches: usage.searches,
    estimated: usage.estimated,
  };
}

export function showCost(cost: number | undefined) {
  return cost === undefined ? {} : { cost_usd: formatDollars(cost) };
}
