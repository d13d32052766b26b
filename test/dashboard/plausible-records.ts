import type { RequestRecord } from "#core/record";
import { noUsage } from "#core/usage";
import { createRandom } from "#store/log/fixtures/random-records";

export type Caller = {
  readonly keyId: string;
  readonly keyName: string;
  readonly team: string | undefined;
  readonly customer: string | undefined;
  readonly useCase: string | undefined;
};

type Span = { readonly fromMs: number; readonly toMs: number; readonly count: number };

/** Dollars per million tokens, in and out, as thousands of nano-dollars a token; and how often each is asked. */
const models = [
  { provider: "anthropic", model: "claude-sonnet-5", input: 3, output: 15, share: 0.34, tokensPerSecond: 74 },
  { provider: "openai", model: "gpt-4o", input: 2.5, output: 10, share: 0.24, tokensPerSecond: 92 },
  { provider: "openai", model: "gpt-4o-mini", input: 0.15, output: 0.6, share: 0.2, tokensPerSecond: 118 },
  { provider: "anthropic", model: "claude-haiku-4-5", input: 1, output: 5, share: 0.12, tokensPerSecond: 140 },
  { provider: "mistral", model: "mistral-medium-latest", input: 0.4, output: 2, share: 0.07, tokensPerSecond: 160 },
  { provider: "openai", model: "text-embedding-3-small", input: 0.02, output: 0, share: 0.03, tokensPerSecond: 0 },
] as const;

const failures = [
  { errorCode: "upstream_error", status: 503, errorSource: "upstream" },
  { errorCode: "upstream_timeout", status: 504, errorSource: "upstream" },
  { errorCode: "rate_limited", status: 429, errorSource: "client" },
  { errorCode: "budget_exceeded", status: 402, errorSource: "client" },
] as const;

/** Records as a company of some size makes them: busy by day, one bad hour, a few models that most of it goes to. Always the same. */
export function* plausibleRecords(callers: readonly Caller[], span: Span): Generator<RequestRecord> {
  const random = createRandom(7);
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  let startedAtMs = span.fromMs;
  const meanGapMs = (span.toMs - span.fromMs) / span.count;
  while (startedAtMs < span.toMs) {
    startedAtMs += (-Math.log(1 - random()) * meanGapMs) / busyness(startedAtMs);
    const caller = callers[Math.floor(random() ** 2 * callers.length)];
    if (startedAtMs >= span.toMs || caller === undefined) return;
    yield record(Math.floor(startedAtMs), caller, random, hex);
  }
}

function record(
  startedAtMs: number,
  caller: Caller,
  random: () => number,
  hex: (digits: number) => string,
): RequestRecord {
  const { provider, model, input, output, tokensPerSecond } = pick(random());
  const id = startedAtMs.toString(16).padStart(12, "0") + hex(20);
  const failure = random() < failureShare(startedAtMs) ? failures[Math.floor(random() ** 1.5 * 4)] : undefined;
  const answered = failure === undefined;
  const isEmbedding = tokensPerSecond === 0;
  const cacheRead = random() < 0.3 ? Math.floor(random() * 6000) : 0;
  const usage = {
    ...noUsage,
    input: Math.floor(60 + random() ** 3 * 9000),
    cacheRead,
    output: isEmbedding ? 0 : Math.floor(20 + random() ** 2 * 1100),
  };
  const cost = Math.round((usage.input * input + cacheRead * input * 0.1 + usage.output * output) * 1000);
  const stream = !isEmbedding && random() < 0.7;
  const firstTokenMs = Math.round(180 + random() ** 3 * 1600);
  const durationMs = answered
    ? firstTokenMs + (isEmbedding ? 0 : (usage.output / tokensPerSecond) * 1000)
    : 60 + random() * 900;
  const rounded = Math.round(durationMs * 10) / 10;
  const status = failure?.status ?? 200;
  const attempt = { provider, model, providerKey: "main", status, durationMs: rounded };
  const isAgent = random() < 0.25;
  return {
    id,
    requestId: id,
    startedAtMs,
    durationMs: rounded + 1.4,
    upstreamMs: rounded,
    worker: startedAtMs % 2,
    dialect: provider === "anthropic" ? "anthropic-messages" : "openai-chat",
    endpoint: isEmbedding ? "embeddings" : provider === "anthropic" ? "messages" : "chat.completions",
    keyId: caller.keyId,
    keyName: caller.keyName,
    askedModel: random() < 0.3 ? "smart" : `${provider}/${model}`,
    provider,
    model,
    providerKey: "main",
    attempts: random() < 0.03 ? [{ ...attempt, status: 529, next: "fallback: overloaded" }, attempt] : [attempt],
    stream,
    status,
    outcome: answered ? "ok" : failure.errorSource === "client" ? "refused" : "error",
    charges: [],
    userAgent: isAgent ? "claude-cli/2.1.4" : "OpenAI/Python 2.1.0",
    requestBytes: usage.input * 4,
    responseBytes: usage.output * 6,
    ...(caller.team !== undefined && { team: caller.team }),
    ...(caller.customer !== undefined && { customer: caller.customer }),
    ...(caller.useCase !== undefined && { tags: { use_case: caller.useCase } }),
    ...(answered && { finishReason: random() < 0.94 ? "stop" : "length", usage, cost, priceVersion: "catalog" }),
    ...(answered && stream && { firstTokenMs }),
    ...(failure !== undefined && { errorCode: failure.errorCode, errorSource: failure.errorSource }),
    ...(isAgent && { sessionId: `session-${Math.floor(startedAtMs / 900_000).toString(36)}` }),
    ...(random() < 0.4 && { endUser: `user-${Math.floor(random() ** 2 * 60)}` }),
  };
}

function pick(chance: number): (typeof models)[number] {
  let rest = chance;
  for (const model of models) {
    rest -= model.share;
    if (rest < 0) return model;
  }
  return models[0];
}

/** From a tenth at night to twice the mean in the afternoon; half of it at weekends. */
function busyness(ms: number): number {
  const hour = (ms / 3_600_000) % 24;
  const day = new Date(ms).getUTCDay();
  return (0.15 + 1.7 * Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI))) * (day === 0 || day === 6 ? 0.45 : 1.15);
}

/** One hour of each third day is a bad one. */
function failureShare(ms: number): number {
  const hour = Math.floor(ms / 3_600_000);
  return hour % 71 === 0 ? 0.35 : 0.012;
}
