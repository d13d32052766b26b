/**
 * How far does a small hard budget go? Real SDKs with their own retries ask through a gateway whose providers answer after a
 * fixed time with a usual usage; prices are the catalog's. Takes about two minutes: `bun bench/budgets-ladder.ts`
 */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { type Headgate, startHeadgate } from "../test/harness/start-headgate.ts";

/** What the provider does with every request: so long it takes, so much it says was used. */
const usual = { delayMs: 1000, input: 60, cached: 0, output: 300 };
const asked = { capped: 0 };

const provider = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    const body: { readonly [field: string]: unknown } = JSON.parse(await request.text());
    const limit = Number(body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY);
    const output = Math.min(usual.output, limit);
    await Bun.sleep(usual.delayMs);
    return Response.json(request.url.endsWith("/messages") ? message(output) : completion(output));
  },
});

function completion(output: number): object {
  const choice = { index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" };
  const usage = { prompt_tokens: usual.input, completion_tokens: output, total_tokens: usual.input + output };
  return { id: "c", object: "chat.completion", created: 1, model: "m", choices: [choice], usage };
}

function message(output: number): object {
  const content = [{ type: "text", text: "yes" }];
  const usage = { input_tokens: usual.input, cache_read_input_tokens: usual.cached, output_tokens: output };
  return { id: "m", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn", usage };
}

const url = `http://127.0.0.1:${provider.port}`;
const one = (base: string) => ({ base_url: base, keys: [{ name: "main", value: "sk-fake-one" }] });
const gateway = await startHeadgate({
  workers: 1,
  config: {
    settings: { content_logging: "off" },
    providers: { openai: one(`${url}/v1`), anthropic: one(`${url}/v1`) },
  },
});

type Outcome = { readonly status: number; readonly requests: number };
type Ask = (secret: string, count: () => void) => Promise<unknown>;

/** Every call to a model is one client's, its SDK's retries included. */
async function trial(name: string, dollars: number, calls: readonly Ask[]): Promise<void> {
  const key = await newKey(gateway, name, dollars);
  asked.capped = 0;
  const startedMs = performance.now();
  const outcomes = await Promise.all(calls.map((call) => outcomeOf(call, key.secret)));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const statuses = new Map<number, number>();
  for (const { status } of outcomes) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const requests = outcomes.reduce((sum, each) => sum + each.requests, 0);
  const spent = await spentBy(gateway, key.id);
  const ended = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  process.stdout.write(`| ${name} | ${ended.join(", ")} | ${requests} | ${asked.capped} | ${seconds} s | ${spent} |\n`);
}

async function outcomeOf(call: Ask, secret: string): Promise<Outcome> {
  let requests = 0;
  const count = () => {
    requests += 1;
  };
  try {
    await call(secret, count);
    return { status: 200, requests };
  } catch (error) {
    if (error instanceof OpenAI.APIError || error instanceof Anthropic.APIError)
      return { status: error.status, requests };
    throw error;
  }
}

async function newKey({ admin }: Headgate, name: string, dollars: number) {
  const budgets = [{ limit_usd: dollars, period: "1d" }];
  const { id, value } = JSON.parse(await (await admin("POST", "/api/virtual-keys", { name, budgets })).text());
  return { id: String(id), secret: String(value) };
}

async function spentBy({ admin }: Headgate, id: string): Promise<string> {
  const { budgets } = JSON.parse(await (await admin("GET", `/api/virtual-keys/${id}`)).text());
  return `$${budgets[0].spent_usd} of $${budgets[0].limit_usd}`;
}

/** Counts requests, and those whose answer says that it was capped. */
function counting(count: () => void): typeof fetch {
  const counted = async (input: string | URL | Request, init?: RequestInit) => {
    count();
    const response = await fetch(input, init);
    if (response.headers.has("x-headgate-capped")) asked.capped += 1;
    return response;
  };
  return Object.assign(counted, { preconnect: fetch.preconnect });
}

const chat =
  (model: string, options: { readonly maxRetries?: number } = {}): Ask =>
  (apiKey, count) =>
    new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, fetch: counting(count), ...options }).chat.completions.create({
      model,
      messages: [{ role: "user", content: "Hi" }],
    });

/** A session of Claude Code: turns one after another, each with all before it. */
const session =
  (turns: number, bytes: number): Ask =>
  async (apiKey, count) => {
    const client = new Anthropic({ apiKey, baseURL: gateway.url, fetch: counting(count) });
    const content = "All work and no play. ".repeat(bytes / 22);
    const request = { model: "claude-opus-4-5", max_tokens: 32_000, messages: [{ role: "user" as const, content }] };
    for (let turn = 0; turn < turns; turn++) await client.messages.create(request, { timeout: 120_000 });
  };

const times = (count: number, ask: Ask) => Array.from({ length: count }, () => ask);

process.stdout.write("| what | ended | requests | capped | took | spent |\n|---|---|---|---|---|---|\n");
await trial("40 at once, gpt-4o, no limit named, answers of 1 s", 1, times(40, chat("gpt-4o")));
usual.delayMs = 10_000;
await trial("the same, answers of 10 s", 1, times(40, chat("gpt-4o")));
await trial("the same without retries", 1, times(40, chat("gpt-4o", { maxRetries: 0 })));
Object.assign(usual, { delayMs: 1000, output: 2000 });
await trial("20 at once, gpt-5.4, no limit named, answers of 1 s", 1, times(20, chat("gpt-5.4")));
Object.assign(usual, { delayMs: 2000, input: 400, cached: 20_000, output: 800 });
await trial("4 sessions of Claude Code, 10 turns of 80 kB and 32,000 tokens", 10, times(4, session(10, 80_000)));
await trial("12 such sessions at once", 10, times(12, session(10, 80_000)));
await gateway.stop();
await provider.stop(true);
