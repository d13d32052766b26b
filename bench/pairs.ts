/**
 * What does an event of a stream cost inside a worker, for each pair of client and provider, without a network?
 * `bun bench/pairs.ts [rounds] [client [provider]]`
 */
import { pushChunks } from "#upstream/push-chunks";
import type { UpstreamClient } from "#upstream/upstream";
import { dialectOfPath, measurePairs, type Pair, streamQuestion, streamType } from "./pair-table.ts";
import { pairDialects, providerStream } from "./provider-streams.ts";
import { inferenceOf, openScratchWorker, plainSecret } from "./scratch-worker.ts";

const words = 400;
const streamsPerTurn = 20;
const endpoints = {
  "openai-chat": "chat.completions",
  "anthropic-messages": "messages",
  "openai-responses": "responses",
  gemini: "gemini.generate",
  "bedrock-converse": "converse",
} as const;

const [, , rounds = "15", ...only] = process.argv;
const worker = await openScratchWorker({ url: "http://127.0.0.1:1", upstream: streamingUpstream() });
await measurePairs(Number(rounds), only, async (pair) => {
  const inference = inferenceBy(pair);
  const start = process.cpuUsage();
  for (let done = 0; done < streamsPerTurn; done++) await worker.ask(inference);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / streamsPerTurn / words;
});
await worker.close();

function inferenceBy({ client, provider }: Pair) {
  const model = `${provider}/bench`;
  const byPath = client === "gemini" || client === "bedrock-converse";
  return {
    ...inferenceOf(plainSecret, Buffer.from(JSON.stringify(streamQuestion(client, model).body))),
    ...{ dialect: client, endpoint: endpoints[client], query: client === "gemini" ? "?alt=sse" : "" },
    ...(byPath && { pathModel: model, pathStream: true }),
  };
}

/** Answers with a stream of the provider whose path it is, an event a chunk. */
function streamingUpstream(): UpstreamClient {
  const streams = new Map(pairDialects.map((dialect) => [dialect, providerStream(dialect, words)] as const));
  return async ({ url }) => {
    const dialect = dialectOfPath(new URL(url).pathname);
    const chunks = (streams.get(dialect) ?? []).values();
    return {
      status: 200,
      headers: new Headers({ "content-type": streamType(dialect) }),
      whole: () => new Uint8Array(0),
      start: (sink) => pushChunks({ next: async () => chunks.next() }, sink),
      sawToken: () => undefined,
      sawLife: () => undefined,
    };
  };
}
