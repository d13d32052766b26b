import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { RequestRecord } from "#core/record";
import type { Provider, Snapshot, VirtualKey } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";
import { openJournal, type WorkerJournal } from "#journal/append";
import type { Content, Journal } from "#journal/journal";
import { type LedgerAdmin, openLedgerAdmin } from "#ledger/admin";
import type { Ledger } from "#ledger/ledger";
import { openLedger } from "#ledger/open-ledger";
import { prepareLedger } from "#ledger/prepare-ledger";
import { demo } from "#providers/demo/provider";
import { demoTransport } from "#providers/demo/transport";
import { compileSettings } from "#snapshot/compile";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { anthropicMessages as anthropic, inferenceWith, scratchPipeline, textOf } from "./fixtures/scratch-pipeline";
import type { PipelineServices } from "./pipeline";

const directory = mkdtempSync(join(tmpdir(), "headgate-pipeline-"));
const secret = "hg-test";
const slot = { index: 0, tag: 1 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let admin: LedgerAdmin;
let ledger: Ledger;
let journal: WorkerJournal;

beforeAll(async () => {
  const file = join(directory, "ledger");
  prepareLedger(file, { workers: 1, generation: 1 });
  admin = openLedgerAdmin(file, { role: "control", generation: 1 });
  admin.rebuildLedger([]);
  admin.initSlot(slot.index, slot.tag, { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" });
  ledger = openLedger(file, { worker: 0, generation: 1 });
  journal = await openJournal({
    directory: join(directory, "journal"),
    generation: 1,
    worker: 0,
    durability: "process",
    log: silent,
  });
});

afterAll(async () => {
  await journal.close();
  ledger.close();
  rmSync(directory, { recursive: true, force: true });
});

function key(change: Partial<VirtualKey> = {}): VirtualKey {
  return {
    id: "k1",
    name: "test",
    active: true,
    tags: {},
    models: ["*"],
    blocked: [],
    endpoints: ["*"],
    limits: [],
    slot,
    ...change,
  };
}

function snapshotWith(
  virtualKey: VirtualKey,
  auth: "required" | "optional" = "required",
  dialect = spoken("openai-chat"),
): Snapshot {
  const provider: Provider = {
    ...demo,
    dialects: [dialect],
    headers: {},
    quirks: [],
    keys: [],
    timeouts: { connectMs: 1000, headersMs: 1000, firstTokenMs: 1000, idleMs: 1000, totalMs: 1000 },
    retries: { max: 0, backoffInitialMs: 1, backoffMaxMs: 1 },
    models: new Map((demo.models ?? []).map((model) => [model.id, model])),
    allowPrivateNetwork: false,
  };
  return {
    sequence: 1,
    settings: compileSettings({ auth }),
    virtualKeys: new Map([[hashSecret(secret), virtualKey]]),
    routes: new Map(),
    providers: new Map([["demo", provider]]),
    teams: new Map(),
    customers: new Map(),
    limits: [],
    prices: [],
  };
}

/** Runs one request through the real pipeline, with the demo provider behind it. */
async function run(
  given: Partial<InferenceRequest> & { body: unknown },
  virtualKey = key(),
  auth?: "optional",
  change: Partial<PipelineServices> = {},
) {
  const { body, ...inference } = given;
  const infer = scratchPipeline({
    ledger,
    journal,
    upstream: demoTransport,
    snapshot: () => snapshotWith(virtualKey, auth),
    ...change,
  });
  const answer = await infer(inferenceWith(body, { secret: () => secret, ...inference }));
  return { ...answer, text: await textOf(answer) };
}

const messages = [{ role: "user", content: "one two three" }];
const chat = { model: "demo/echo", messages };

describe("createPipeline()", () => {
  test("passes a whole answer through, with cost", async () => {
    const answer = await run({ body: chat });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).choices[0].message.content).toBe("one two three");
    expect(answer.headers).toMatchObject({ provider: "demo", model: "echo", attempts: 1 });
    expect(Number(answer.headers.cost)).toBeGreaterThan(0);
  });

  test("passes a stream through and takes out usage that the client did not ask for", async () => {
    const without = await run({ body: { ...chat, stream: true } });
    expect(without.text).toContain('"content":"two "');
    expect(without.text).toEndWith("data: [DONE]\n\n");
    expect(without.text).not.toContain('"usage"');
    const wanted = await run({ body: { ...chat, stream: true, stream_options: { include_usage: true } } });
    expect(wanted.text).toContain('"completion_tokens":3');
  });

  test("translates both ways, whole and streamed", async () => {
    const body = { ...chat, max_tokens: 100 };
    const whole = JSON.parse((await run({ ...anthropic, body })).text);
    expect(whole).toMatchObject({
      type: "message",
      content: [{ type: "text", text: "one two three" }],
      stop_reason: "end_turn",
    });
    expect(whole.usage.output_tokens).toBe(3);
    const streamed = await run({ ...anthropic, body: { ...body, stream: true } });
    expect(streamed.text).toContain("event: message_stop");
    expect(streamed.text).toContain('"output_tokens":3');
  });

  test("estimates token counts where the provider cannot count, and says so", async () => {
    const answer = await run({
      ...anthropic,
      operation: "count-tokens",
      endpoint: "messages.count_tokens",
      body: chat,
    });
    expect(JSON.parse(answer.text).input_tokens).toBeGreaterThan(0);
    expect(answer.headers.estimated).toEqual(["input_tokens"]);
  });

  const refusals: readonly (readonly [string, Parameters<typeof run>, number, string])[] = [
    ["no key", [{ body: chat, secret: () => undefined }], 401, "missing_key"],
    ["an unknown key", [{ body: chat, secret: () => "hg-other" }], 401, "invalid_key"],
    ["a key that is off", [{ body: chat }, key({ active: false })], 401, "inactive_key"],
    ["an expired key", [{ body: chat }, key({ expiresAtMs: 1 })], 401, "expired_key"],
    [
      "an endpoint that is not allowed",
      [{ body: chat }, key({ endpoints: ["messages*"] })],
      403,
      "endpoint_not_allowed",
    ],
    ["a model that is not allowed", [{ body: chat }, key({ models: ["openai/*"] })], 403, "model_not_allowed"],
    ["a blocked target", [{ body: chat }, key({ blocked: ["demo/*"] })], 403, "model_not_allowed"],
    ["an unknown model", [{ body: { ...chat, model: "nobody" } }], 404, "model_not_found"],
    [
      "a chat without messages, as the provider does",
      [{ body: { model: "demo/echo", messages: 7 } }],
      400,
      "upstream_error",
    ],
    ["a body that is not JSON", [{ body: "{" }], 400, "invalid_request"],
    ["a key given twice", [{ body: '{"model":"demo/echo","model":"other","messages":[]}' }], 400, "invalid_request"],
    [
      "an operation that no dialect of the provider has",
      [
        { body: { model: "demo/echo", input: "hi" }, operation: "embeddings" },
        key(),
        undefined,
        { snapshot: () => snapshotWith(key(), "required", spoken("anthropic-messages")) },
      ],
      400,
      "no_capable_target",
    ],
  ];
  test.each(refusals)("refuses %s", async (_, given, status, code) => {
    const answer = await run(...given);
    expect(answer.status).toBe(status);
    expect(answer.headers.errorCode).toBe(code);
    expect(JSON.parse(answer.text).error.message).toBeString();
  });

  test("answers, in the first dialect's words, where the dialect or its operation is not known", async () => {
    const seen: GatewayError[] = [];
    const change = { onInternalError: (error: GatewayError) => seen.push(error) };
    for (const unknown of [{ dialect: "none" }, { operation: "none" }]) {
      const answer = await run({ body: chat, ...unknown }, key(), undefined, change);
      expect(answer.status).toBe(500);
      expect(JSON.parse(answer.text).error).toMatchObject({ code: "internal_error" });
    }
    expect(seen).toHaveLength(2);
  });

  test("answers without a key only where that is configured", async () => {
    expect((await run({ body: chat, secret: () => undefined }, key(), "optional")).status).toBe(200);
  });

  test("keeps of a long request its beginning alone, in memory of its own", async () => {
    const contents: Content[] = [];
    const keeping = { ...journal, appendContent: (_: string, content: Content) => contents.push(content) };
    const body = JSON.stringify({ ...chat, messages: [{ role: "user", content: "x".repeat(3 << 20) }] });
    await run({ body }, key(), undefined, { journal: keeping });
    expect(contents[0]?.request?.toString()).toBe(
      Buffer.from(body)
        .subarray(0, 1 << 20)
        .join(),
    );
    expect(contents[0]?.request?.buffer.byteLength).toBe(1 << 20);
    expect(contents[0]?.requestBytes).toBe(body.length);
    expect(contents[0]?.responseBytes).toBeGreaterThan(3 << 20);
  });

  test("counts an answer in bytes, not in characters", async () => {
    const contents: Content[] = [];
    const keeping = { ...journal, appendContent: (_: string, content: Content) => contents.push(content) };
    const body = { model: "demo/echo", max_tokens: 9, messages: [{ role: "user", content: "ä€𝄞" }] };
    const { text } = await run({ ...anthropic, body }, key(), undefined, { journal: keeping });
    expect(contents[0]?.responseBytes).toBe(Buffer.from(text).length);
    expect(contents[0]?.response?.length).toBe(Buffer.from(text).length);
  });

  test("records what a client used that went away before its answer came", async () => {
    const records: RequestRecord[] = [];
    const client = new AbortController();
    const append: Journal["append"] = (claim, record) => {
      records.push(record);
      return journal.append(claim, record);
    };
    const upstream = async () => {
      client.abort();
      throw new GatewayError("client_closed", "given up");
    };
    const answer = await run({ body: chat, signal: client.signal }, key(), undefined, {
      journal: { ...journal, append },
      upstream,
    });
    expect(answer.status).toBe(499);
    const input = Math.ceil(JSON.stringify(chat).length / 4);
    expect(records).toMatchObject([{ outcome: "client-gone", usage: { input, estimated: true } }]);
  });

  test("records and settles what it admitted, and nothing else", async () => {
    const before = journal.counters().recorded;
    const charged = () => admin.readSlot(slot.index);
    const { charged: chargedBefore } = charged();
    await run({ body: chat });
    await run({ body: { ...chat, stream: true } });
    await run({ body: chat, secret: () => "hg-other" });
    expect(journal.counters().recorded - before).toBe(2);
    expect(charged()).toMatchObject({ charged: chargedBefore + 2, held: 0 });
  });
});
