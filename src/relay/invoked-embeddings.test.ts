import { afterEach, expect, test } from "bun:test";
import { bytesOf, inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { laidOut } from "#lib/pieced-bytes";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";

// Embeddings asked by InvokeModel, in the form of a model's maker.

const titan = {
  model: "amazon.titan-embed-text-v2:0",
  body: '{"inputText": "hello", "dimensions":256, "normalize" :true,"embeddingTypes":["binary"]}',
  answer: '{"embeddingsByType":{"binary":[1,0]}, "inputTextTokenCount": 7}',
};
const cohere = {
  model: "us.cohere.embed-v4:0",
  body: '{"texts": ["a","b"], "input_type":"search_query","embedding_types":["int8"]}',
  answer: '{"id":"1","response_type":"embeddings_by_type","embeddings":{"int8":[[1],[2]]},"texts":["a","b"]}',
};

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type Asked = { readonly model: string; readonly body: string; readonly answer: string };

async function play(
  { answer, body, model }: Asked,
  how: {
    readonly amount?: number;
    readonly ask?: { readonly dialect: string; readonly endpoint: string };
    readonly count?: string;
    readonly servedAs?: string;
    readonly speaks?: string;
  } = {},
) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { journal, ledger, records } = governance;
  const budget = governance.limit({
    ...{ kind: "budget", unit: "nanodollars", amount: how.amount ?? 1e12, mode: "hard" },
    period: { kind: "none" },
  });
  const served = { ...target("p", how.servedAs ?? model, plainPrice), dialect: spoken(how.speaks ?? "bedrock-invoke") };
  const snapshot = snapshotLeadingTo([served], governance.key([budget]), { maxAttempts: 1 });
  const asked: { readonly url: string; readonly body: string }[] = [];
  const upstream: UpstreamClient = async ({ body: sent = "", url }) => {
    asked.push({ url, body: Buffer.from(laidOut(sent)).toString() });
    const headers = new Headers({ "content-type": "application/json" });
    if (how.count !== undefined) headers.set("x-amzn-bedrock-input-token-count", how.count);
    return answerOfPieces(200, headers, [Buffer.from(answer)]);
  };
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
  const ask = how.ask ?? { dialect: "bedrock-invoke", endpoint: "invoke", pathModel: "m", pathStream: false };
  const response = await infer(inferenceWith(body, { ...ask, operation: "embeddings", secret: () => scratchSecret }));
  return { asked, record: records[0], status: response.status, told: (await bytesOf(response)).toString() };
}

test("a request passes byte for byte, and its answer too", async () => {
  for (const each of [titan, cohere]) {
    const { asked, status, told } = await play(each);
    expect([status, told]).toEqual([200, each.answer]);
    expect(asked.map(({ body }) => body)).toEqual([each.body]);
    expect(asked[0]?.url).toEndWith(`/model/${encodeURIComponent(each.model)}/invoke`);
  }
});

test("input is charged as the body counts it, else as the header does, else as it was estimated", async () => {
  const counted = async (each: Asked, count?: string) => {
    const { record } = await play(each, count === undefined ? {} : { count });
    return [record?.usage?.input, record?.usage?.output, record?.usage?.estimated, record?.cost];
  };
  expect(await counted(titan, "9")).toEqual([7, 0, false, 7_000]);
  expect(await counted(cohere, "9")).toEqual([9, 0, false, 9_000]);
  for (const count of ["none", undefined]) expect(await counted(cohere, count)).toEqual([19, 0, true, 19_000]);
});

test("a client of another dialect is told, and charged, the input that the header counts", async () => {
  const vectors = { id: "1", embeddings: { float: [[0.5]] }, texts: ["a"], response_type: "embeddings_by_type" };
  const asked = { model: cohere.model, body: '{"model":"m","input":"a"}', answer: JSON.stringify(vectors) };
  const { record, told } = await play(asked, { count: "9", ask: { dialect: "openai-chat", endpoint: "embeddings" } });
  expect(JSON.parse(told)).toMatchObject({
    data: [{ embedding: [0.5] }],
    usage: { prompt_tokens: 9, total_tokens: 9 },
  });
  expect([record?.usage?.input, record?.usage?.estimated, record?.cost]).toEqual([9, false, 9_000]);
});

test("a budget that the input does not fit is told before the provider is asked", async () => {
  const { asked, record, status } = await play(cohere, { amount: 1 });
  expect([status, record?.errorCode, asked]).toEqual([402, "budget_exceeded", []]);
});

test("what writes is not asked so, nor a provider of another dialect", async () => {
  for (const [how, code] of [
    [{ servedAs: "anthropic.claude-v2" }, "unsupported_parameter"],
    [{ servedAs: "text-embedding-3-small", speaks: "openai-chat" }, "invalid_request"],
  ] as const) {
    const { asked, record, status } = await play(titan, how);
    expect([status, record?.errorCode, asked]).toEqual([400, code, []]);
  }
});
