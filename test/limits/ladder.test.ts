import { afterAll, beforeEach, expect, test } from "bun:test";
import { plainPdf } from "../../src/tokens/fixtures/plain-pdf.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { price } from "./bodies.ts";
import { startGreedyProvider } from "./greedy-provider.ts";
import { startLimitedGateway } from "./limited-gateway.ts";

const provider = startGreedyProvider();
const models = [
  { id: "known", price, context: 200_000, max_output: 64_000 },
  { id: "unknown", price },
  { id: "reader", price, context: 200_000, max_output: 64_000, traits: { page_tokens: 1600 } },
  { id: "thinker", price, context: 200_000, max_output: 64_000, traits: { reasons_by_default: true } },
];
const one = (dialect: string) => ({
  dialect,
  base_url: `${provider.url}/v1`,
  keys: [{ name: "main", value: "sk-fake-one" }],
  retries: { max: 0 },
  models,
});
const { addKey, ask, gateway } = await startLimitedGateway({
  workers: 1,
  config: {
    settings: { content_logging: "off" },
    providers: {
      oai: { ...one("openai-chat"), traits: { output_limit: "either" } },
      old: { ...one("openai-chat"), traits: { output_limit: "max_tokens" } },
      plain: one("openai-chat"),
      ant: one("anthropic-messages"),
      res: one("openai-responses"),
      bed: { ...one("bedrock-converse"), base_url: provider.url },
    },
  },
});
afterAll(() => provider.stop());
beforeEach(() => {
  provider.bodies.length = 0;
  provider.delayMs = 0;
  provider.model.maxOutput = 64_000;
  provider.model.context = Number.POSITIVE_INFINITY;
});

const plainMessages = [{ role: "user", content: "hi" }];
const converse = [{ role: "user", content: [{ text: "hi" }] }];

let keys = 0;
async function keyWith(limits: object): Promise<string> {
  keys += 1;
  return (await addKey({ name: `key-${keys}`, ...limits })).secret;
}
const dollars = (limit: number, more: object = {}) =>
  keyWith({ budgets: [{ limit_usd: limit, period: "1d" }], ...more });
const chat = (model: string, more: object = {}) =>
  JSON.stringify({ model, messages: [{ role: "user", content: "hi" }], ...more });

async function asked(secret: string, model: string, more: object = {}, path = "/v1/chat/completions") {
  const response = await ask(secret, path, chat(model, more));
  const text = await response.text();
  return {
    status: response.status,
    capped: response.headers.get("x-headgate-capped"),
    headers: response.headers,
    text,
  };
}

// 2 dollars per million tokens of output.
test("a limit is written in the target's own field, and the finish keeps its word", async () => {
  const secret = await dollars(0.02);
  for (const [model, field] of [
    ["oai/known", "max_completion_tokens"],
    ["old/known", "max_tokens"],
    ["plain/known", "max_tokens"],
    ["ant/known", "max_tokens"],
    ["res/known", "max_output_tokens"],
    ["bed/known", "inferenceConfig.maxTokens"],
  ] as const) {
    const { capped, status, text } = await asked(await dollars(0.02), model);
    expect([model, status, capped]).toEqual([model, 200, "4096"]);
    expect(provider.bodies.at(-1)).toHaveProperty(field, 4096);
    expect(JSON.parse(text).choices[0].finish_reason).toBe("length");
  }
  const { capped, text } = await asked(secret, "oai/known", { stream: true });
  expect([capped, text.includes('"finish_reason":"length"')]).toEqual(["4096", true]);
});

test.each([
  ["/v1/responses", "res/known", { input: "hi" }, "max_output_tokens", 9000],
  ["/model/bed%2Fknown/converse", "bed/known", { messages: converse }, "inferenceConfig.maxTokens", 9000],
  ["/v1/messages", "res/known", { messages: plainMessages, max_tokens: 9000 }, "max_output_tokens", 9000],
  ["/v1/messages", "bed/known", { messages: plainMessages, max_tokens: 9000 }, "inferenceConfig.maxTokens", 9000],
] as const)("%s to %s: an added limit, and one of the client's that is lowered, in its own field", async (...row) => {
  const [path, model, body, field, named] = row;
  const send = async (more: object, settings: object) => {
    const response = await ask(await dollars(0.02, settings), path, JSON.stringify({ model, ...body, ...more }));
    await response.text();
    return [response.status, response.headers.get("x-headgate-capped")];
  };
  const limit =
    field === "max_output_tokens" ? { max_output_tokens: named } : { inferenceConfig: { maxTokens: named } };
  const isNamed = "max_tokens" in body;
  if (!isNamed) {
    expect(await send({}, {})).toEqual([200, "4096"]);
    expect(provider.bodies.at(-1)).toHaveProperty(field, 4096);
  }
  expect(await send(isNamed ? {} : limit, { on_tight_budget: "refuse" })).toEqual([200, null]);
  expect(provider.bodies.at(-1)).toHaveProperty(field, named);
  provider.bodies.length = 0;
  const dear = isNamed
    ? { max_tokens: 20_000 }
    : field === "max_output_tokens"
      ? { max_output_tokens: 20_000 }
      : { inferenceConfig: { maxTokens: 20_000 } };
  expect(await send(dear, {})).toEqual([402, null]);
  const [status, capped] = await send(dear, { on_tight_budget: "cap-any" });
  expect([status, Number(capped)]).toEqual([200, expect.any(Number)]);
  expect(provider.bodies.at(-1)).toHaveProperty(field, Number(capped));
  expect(Number(capped)).toBeLessThan(10_000);
});

test("a limit that the client named is lowered by cap-any alone, also below a thinking budget's", async () => {
  const wanted = { max_tokens: 30_000, thinking: { type: "enabled", budget_tokens: 2000 } };
  expect((await asked(await dollars(0.02), "ant/known", wanted, "/v1/messages")).status).toBe(402);
  const secret = await dollars(0.02, { on_tight_budget: "cap-any" });
  const { capped, text } = await asked(secret, "ant/known", wanted, "/v1/messages");
  expect(capped).toBe("6096");
  expect(provider.bodies.at(-1)).toMatchObject({ max_tokens: 6096, thinking: { budget_tokens: 2000 } });
  expect(JSON.parse(text).stop_reason).toBe("max_tokens");
});

test("where the held limit is the model's own, and without hard limits, nothing is touched", async () => {
  const soft = await keyWith({ budgets: [{ limit_usd: 0.02, period: "1d", mode: "soft" }] });
  for (const [secret, model] of [
    [await dollars(10), "oai/known"],
    [soft, "oai/known"],
    [gateway.key, "plain/unknown"],
  ] as const) {
    expect((await asked(secret, model)).capped).toBeNull();
    expect(Object.keys(provider.bodies.at(-1) ?? {})).toEqual(["model", "messages"]);
  }
  expect((await asked(await dollars(10), "plain/unknown")).capped).toBe("32768");
});

test("the record tells of a limit", async () => {
  const { headers } = await asked(await dollars(0.02), "oai/known");
  const read = () => gateway.admin("GET", `/api/logs/${headers.get("x-headgate-id")}`);
  await waitUntil("the record to be there", async () => (await read()).status === 200);
  expect(await (await read()).json()).toMatchObject({ capped: 4096, finish_reason: "length" });
});

test("a context that our own limit exceeds is asked once more with a smaller one", async () => {
  provider.model.context = 20_000;
  const { capped, headers, status } = await asked(await dollars(10), "plain/unknown");
  expect([status, capped, headers.get("x-headgate-attempts")]).toEqual([200, "16384", "2"]);
  provider.model.context = 10_000;
  const refused = await asked(await dollars(10), "plain/unknown");
  expect([refused.status, refused.headers.get("x-headgate-attempts")]).toEqual([400, "2"]);
});

test("models that reason, and tools, have floors of their own", async () => {
  expect((await asked(await dollars(0.03), "oai/thinker")).status).toBe(402);
  expect((await asked(await dollars(0.051), "oai/thinker")).capped).toBe("25000");
  const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
  expect((await asked(await dollars(0.015), "oai/known", { tools })).status).toBe(402);
  expect((await asked(await dollars(0.02), "oai/known", { tools })).capped).toBe("8192");
});

test("a refusal says what was needed and why, and what would fit", async () => {
  const { headers, status, text } = await asked(await dollars(0.001), "oai/known");
  expect([status, headers.get("x-should-retry")]).toEqual([402, "false"]);
  const { message } = JSON.parse(text).error;
  expect(message).toContain("no max_tokens: the model may write 64000 tokens");
  expect(message).toMatch(/max_tokens ≤ \d+ fits now/);
});

// The context of 200,000 tokens costs 0.2 dollars.
test("a PDF is read where there is no room for the whole context", async () => {
  const pdf = plainPdf(Array.from({ length: 3 }, (_, page) => `${page} some words on a page`)).toString("base64");
  const anthropic = { type: "document", source: { type: "base64", media_type: "application/pdf", data: pdf } };
  const openai = { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` } };
  const [known, unknown] = ["reader", "known"];
  for (const [model, path, part] of [
    ["ant", "/v1/messages", anthropic],
    ["oai", "/v1/chat/completions", openai],
    ["ant", "/v1/chat/completions", openai],
  ] as const) {
    const text = { type: "text", text: "[[input:6000]]What does it say?" };
    const more = { max_tokens: 100, messages: [{ role: "user", content: [part, text] }] };
    const secret = await dollars(0.01);
    // The first may be refused while the thread that reads begins, on a busy machine.
    const read = async () => (await asked(secret, `${model}/${known}`, more, path)).status === 200;
    await waitUntil("the document to be read", read, 30_000, 100);
    expect((await asked(await dollars(0.01), `${model}/${unknown}`, more, path)).status).toBe(402);
    expect((await asked(await dollars(0.01), `${model}/${known}`, { ...more, max_tokens: 5000 }, path)).status).toBe(
      402,
    );
  }
});

test("requests wait for others that end, and hear 429 where these last too long", async () => {
  provider.delayMs = 300;
  const brief = await dollars(0.02);
  const served = await Promise.all([1, 2, 3, 4, 5].map(() => asked(brief, "oai/known", { max_tokens: 2000 })));
  expect(served.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 402]);
  provider.delayMs = 4000;
  const lasting = await dollars(0.01);
  const [first, second] = await Promise.all([1, 2].map(() => asked(lasting, "oai/known", { max_tokens: 4000 })));
  const refused = first?.status === 200 ? second : first;
  expect([refused?.status, refused?.headers.get("x-headgate-error")]).toEqual([429, "budget_busy"]);
  expect(refused?.headers.get("retry-after")).toBe("2");
});

test("a client that leaves while it waits is served no more", async () => {
  provider.delayMs = 3000;
  const secret = await dollars(0.01);
  const running = asked(secret, "oai/known", { max_tokens: 4000 });
  await waitUntil("the first to be asked for", () => provider.bodies.length === 1);
  const client = new AbortController();
  const waiting = ask(secret, "/v1/chat/completions", chat("oai/known", { max_tokens: 4000 }), client.signal);
  await Bun.sleep(100);
  client.abort();
  await expect(waiting).rejects.toThrow();
  await running;
  expect(provider.bodies).toHaveLength(1);
});
