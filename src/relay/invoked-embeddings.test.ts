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
    readonly ask?: { readonly dialect: string; readonly endpoint: string; readonly pathModel?: string };
    /** What the path's name says is asked for. */
    readonly operation?: string;
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
  const response = await infer(
    inferenceWith(body, { ...ask, operation: how.operation ?? "embeddings", secret: () => scratchSecret }),
  );
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

test("under a name that does not tell, the body says that vectors are asked for", async () => {
  const picture = { ...titan, model: "amazon.titan-embed-image-v1", body: '{"inputImage": "iVBORw0KGgo="}' };
  for (const each of [titan, cohere, picture]) {
    const { asked, record, status, told } = await play(each, { operation: "completion" });
    expect([status, told, asked.map(({ body }) => body)]).toEqual([200, each.answer, [each.body]]);
    expect([record?.usage?.output, record?.errorCode]).toEqual([0, undefined]);
  }
});

test("a model's profile or its ARN is asked as the model is", async () => {
  for (const model of [
    "us.amazon.titan-embed-text-v2:0",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0",
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.cohere.embed-v4:0",
  ]) {
    const each = model.includes("titan") ? titan : cohere;
    const { asked, status } = await play({ ...each, model });
    expect([status, asked[0]?.body]).toEqual([200, each.body]);
    const openai = { ask: { dialect: "openai-chat", endpoint: "embeddings" } };
    const answer = JSON.stringify({ embedding: [0.5], inputTextTokenCount: 1, embeddings: [[0.5]] });
    const { told } = await play({ model, body: '{"model":"m","input":["a"]}', answer }, openai);
    expect(JSON.parse(told)).toMatchObject({ data: [{ embedding: [0.5] }] });
  }
});

test("a body that asks for words is none of vectors, and what writes is not asked by one that is", async () => {
  const words = '{"inputText":"hi","textGenerationConfig":{"maxTokenCount":9}}';
  for (const [body, code, message] of [
    [words, "invalid_request", "anthropic_version"],
    [titan.body, "unsupported_parameter", "amazon.titan-text-express-v1"],
  ] as const) {
    const writer = { ...titan, model: "amazon.titan-text-express-v1", body };
    const { asked, record, status, told } = await play(writer, { operation: "completion" });
    expect([status, asked]).toEqual([400, []]);
    if (record !== undefined) expect(record.errorCode).toBe(code);
    expect(told).toContain(message);
  }
});

const content = { content: { parts: [{ text: "a" }] } };
const googles = JSON.stringify({ requests: [content, content] });

test("several texts for a model that reads one are refused by name before it is asked", async () => {
  for (const [dialect, endpoint, body, param] of [
    ["openai-chat", "embeddings", '{"model":"m","input":["a","b"]}', "input"],
    ["cohere", "embed", '{"model":"m","texts":["a","b"],"input_type":"search_query"}', "texts"],
    ["gemini", "batchEmbedContents", googles, "requests"],
  ] as const) {
    const { asked, status, told } = await play(
      { ...titan, body },
      { ask: { dialect, endpoint, ...(dialect === "gemini" && { pathModel: "m" }) } },
    );
    expect([status, asked]).toEqual([400, []]);
    expect(told).toContain(`\\"${param}\\" must be one text at this model`);
  }
});
