/**
 * What does an event of a stream cost inside a worker, for each pair of client and provider, without a network? Prints the
 * processor time of an event, and how many times it is what an event costs that passes to the same client, and that passes
 * in chat: medians of so many rounds, in each of which all pairs have their turn. `bun bench/pairs.ts [rounds] [client [provider]]`
 */
import { pushChunks } from "#upstream/push-chunks";
import type { UpstreamClient } from "#upstream/upstream";
import { spreadOf } from "./gateway/statistics.ts";
import { type PairDialect, pairDialects, providerStream } from "./provider-streams.ts";
import { inferenceOf, openScratchWorker, plainSecret } from "./scratch-worker.ts";

const words = 400;
const streamsPerTurn = 20;
const rounds = Number(process.argv[2] ?? 15);
const [, , , onlyClient, onlyProvider] = process.argv;

type Pair = { readonly client: PairDialect; readonly provider: PairDialect; readonly us: number[] };

const endpoints = {
  "openai-chat": "chat.completions",
  "anthropic-messages": "messages",
  "openai-responses": "responses",
  gemini: "gemini.generate",
  "bedrock-converse": "converse",
} as const;

const worker = await openScratchWorker({ url: "http://127.0.0.1:1", upstream: streamingUpstream() });
const pairs = pairDialects.flatMap((client) => pairDialects.map((provider): Pair => ({ client, provider, us: [] })));
const asked = pairs.filter(
  ({ client, provider }) =>
    client === provider || ((onlyClient ?? client) === client && (onlyProvider ?? provider) === provider),
);
for (const pair of asked) await costOf(pair);
for (let round = 0; round < rounds; round++) for (const pair of asked) pair.us.push(await costOf(pair));
await worker.close();

const passed = (dialect: PairDialect) => medianOf(dialect, dialect);
process.stdout.write(`${"client".padEnd(20)}${"provider".padEnd(20)}      µs  × own  × chat\n`);
for (const { client, provider } of asked) {
  const us = medianOf(client, provider);
  const figures = [us, us / passed(client), us / passed("openai-chat")].map((figure) => figure.toFixed(2).padStart(8));
  process.stdout.write(`${client.padEnd(20)}${provider.padEnd(20)}${figures.join("")}\n`);
}

function medianOf(client: PairDialect, provider: PairDialect): number {
  return spreadOf(pairs.find((pair) => pair.client === client && pair.provider === provider)?.us ?? []).median;
}

/** Microseconds of processor time of an event. */
async function costOf({ client, provider }: Pair): Promise<number> {
  const inference = question(client, provider);
  const start = process.cpuUsage();
  for (let done = 0; done < streamsPerTurn; done++) await worker.ask(inference);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / streamsPerTurn / words;
}

function question(client: PairDialect, provider: PairDialect) {
  const model = `${provider}/bench`;
  const prompt = "How does it go on?";
  const messages = [{ role: "user", content: prompt }];
  const bodies = {
    "openai-chat": { model, messages, stream: true },
    "anthropic-messages": { model, messages, max_tokens: 1000, stream: true },
    "openai-responses": { model, input: prompt, stream: true },
    gemini: { contents: [{ role: "user", parts: [{ text: prompt }] }] },
    "bedrock-converse": { messages: [{ role: "user", content: [{ text: prompt }] }] },
  };
  const byPath = client === "gemini" || client === "bedrock-converse";
  return {
    ...inferenceOf(plainSecret, Buffer.from(JSON.stringify(bodies[client]))),
    ...{ dialect: client, endpoint: endpoints[client], query: client === "gemini" ? "?alt=sse" : "" },
    ...(byPath && { pathModel: model, pathStream: true }),
  };
}

/** Answers with a stream of the provider whose path it is, a chunk with every turn of the event loop's microtasks. */
function streamingUpstream(): UpstreamClient {
  const streams = new Map(pairDialects.map((dialect) => [dialect, providerStream(dialect, words)] as const));
  return async ({ url }) => {
    const dialect = dialectOf(url);
    const aws = dialect === "bedrock-converse";
    const chunks = (streams.get(dialect) ?? []).values();
    return {
      status: 200,
      headers: new Headers({ "content-type": aws ? "application/vnd.amazon.eventstream" : "text/event-stream" }),
      whole: () => new Uint8Array(0),
      start: (sink) => pushChunks({ next: async () => chunks.next() }, sink),
      sawToken: () => undefined,
      sawLife: () => undefined,
    };
  };
}

function dialectOf(url: string): PairDialect {
  if (url.includes("/converse")) return "bedrock-converse";
  if (url.includes(":streamGenerate")) return "gemini";
  if (url.endsWith("/responses")) return "openai-responses";
  return url.endsWith("/messages") ? "anthropic-messages" : "openai-chat";
}
