import { spreadOf } from "./gateway/statistics.ts";
import { type PairDialect, pairDialects } from "./provider-streams.ts";

export type Pair = { readonly client: PairDialect; readonly provider: PairDialect };

/**
 * Measures pairs in turns, and prints of each the median, beside what passes to the same client and what passes in chat.
 * @param costOf Microseconds of processor time of an event.
 * @param only Client and provider, where not all pairs are wanted; those that pass are measured always.
 */
export async function measurePairs(
  rounds: number,
  [client, provider]: readonly (string | undefined)[],
  costOf: (pair: Pair) => Promise<number>,
): Promise<void> {
  const all = pairDialects.flatMap((from) =>
    pairDialects.map((to) => ({ client: from, provider: to, us: [0].slice(1) })),
  );
  const asked = all.filter(
    (pair) =>
      pair.client === pair.provider ||
      ((client ?? pair.client) === pair.client && (provider ?? pair.provider) === pair.provider),
  );
  for (const pair of asked) await costOf(pair);
  for (let round = 0; round < rounds; round++) for (const pair of asked) pair.us.push(await costOf(pair));

  const passed = (dialect: PairDialect) =>
    spreadOf(all.find((pair) => pair.client === dialect && pair.provider === dialect)?.us ?? []).median;
  process.stdout.write(`${"client".padEnd(20)}${"provider".padEnd(20)}      µs   × own  × chat\n`);
  for (const pair of asked) {
    const { median } = spreadOf(pair.us);
    const figures = [median, median / passed(pair.client), median / passed("openai-chat")];
    const words = figures.map((figure) => figure.toFixed(2).padStart(8)).join("");
    process.stdout.write(`${pair.client.padEnd(20)}${pair.provider.padEnd(20)}${words}\n`);
  }
}

const prompt = "How does it go on?";
const messages = [{ role: "user", content: prompt }];

/** Where a client asks for a stream of a model, and with what. */
export function streamQuestion(client: PairDialect, model: string): { readonly path: string; readonly body: object } {
  switch (client) {
    case "openai-chat":
      return { path: "/v1/chat/completions", body: { model, messages, stream: true } };
    case "anthropic-messages":
      return { path: "/v1/messages", body: { model, messages, max_tokens: 1000, stream: true } };
    case "openai-responses":
      return { path: "/v1/responses", body: { model, input: prompt, stream: true } };
    case "gemini":
      return {
        path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
        body: { contents: [{ role: "user", parts: [{ text: prompt }] }] },
      };
    case "bedrock-converse":
      return {
        path: `/model/${encodeURIComponent(model)}/converse-stream`,
        body: { messages: [{ role: "user", content: [{ text: prompt }] }] },
      };
  }
}

/** Whose path a provider is asked at. */
export function dialectOfPath(path: string): PairDialect {
  if (path.includes("/converse")) return "bedrock-converse";
  if (path.includes(":streamGenerate")) return "gemini";
  if (path.endsWith("/responses")) return "openai-responses";
  return path.endsWith("/messages") ? "anthropic-messages" : "openai-chat";
}

export function streamType(dialect: PairDialect): string {
  return dialect === "bedrock-converse" ? "application/vnd.amazon.eventstream" : "text/event-stream";
}
