import { afterAll, beforeAll, expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { batchOf, type OpenLog } from "./fixtures/open-log";
import { createRecordSource } from "./fixtures/random-records";
import { type LogFilter, matchesFilters } from "./log-filter";
import type { LogQuery, LogStore } from "./log-store";

const fromMs = Date.UTC(2026, 0, 1);
const toMs = fromMs + 6 * 3_600_000;
const count = 4000;
const source = createRecordSource({ seed: 7, keys: 300, models: 12, fromMs, toMs, count });
const records = Array.from({ length: count }, (_, index): RequestRecord => {
  const record = source(index);
  if (index % 50 === 9) return { ...record, serviceTier: index % 100 === 9 ? "flex" : "priority" };
  return index % 50 === 10 ? { ...record, paidBy: "client" } : record;
});

const some = records[1234] ?? source(0);
const tokens = ({ usage }: RequestRecord) => (usage === undefined ? -1 : usage.input + usage.cacheRead + usage.output);

/** Each filter, and by hand what it is to find. */
const cases: readonly (readonly [string, readonly LogFilter[], (record: RequestRecord) => boolean])[] = [
  ["key by id", [{ on: "principal", field: "key", anyOf: ["key-3"] }], (r) => r.keyId === "key-3"],
  [
    "key by name",
    [{ on: "principal", field: "key", anyOf: ["name-3", "key-5"] }],
    (r) => r.keyId === "key-3" || r.keyId === "key-5",
  ],
  ["team", [{ on: "principal", field: "team", anyOf: ["team-7"] }], (r) => r.team === "team-7"],
  ["customer", [{ on: "principal", field: "customer", anyOf: ["customer-2"] }], (r) => r.customer === "customer-2"],
  ["tag", [{ on: "principal", field: "tag", anyOf: ["use_case:use-4"] }], (r) => r.tags?.use_case === "use-4"],
  ["endpoint", [{ on: "class", field: "endpoint", anyOf: ["embeddings"] }], (r) => r.endpoint === "embeddings"],
  [
    "dialect",
    [{ on: "class", field: "dialect", anyOf: ["anthropic-messages"] }],
    (r) => r.dialect === "anthropic-messages",
  ],
  ["asked model", [{ on: "class", field: "asked_model", anyOf: ["smart"] }], (r) => r.askedModel === "smart"],
  ["model", [{ on: "class", field: "model", anyOf: ["model-4"] }], (r) => r.model === "model-4"],
  [
    "provider/model",
    [{ on: "class", field: "model", anyOf: ["anthropic/model-4"] }],
    (r) => r.provider === "anthropic" && r.model === "model-4",
  ],
  ["provider", [{ on: "class", field: "provider", anyOf: ["local"] }], (r) => r.provider === "local"],
  ["provider key", [{ on: "class", field: "provider_key", anyOf: ["spare"] }], (r) => r.providerKey === "spare"],
  ["status", [{ on: "class", field: "status", anyOf: ["503"] }], (r) => r.status === 503],
  ["status class", [{ on: "class", field: "status", anyOf: ["2xx", "4xx"] }], (r) => r.status === 200],
  ["outcome", [{ on: "class", field: "outcome", anyOf: ["cut"] }], (r) => r.outcome === "cut"],
  [
    "error code",
    [{ on: "class", field: "error_code", anyOf: ["upstream_timeout"] }],
    (r) => r.errorCode === "upstream_timeout",
  ],
  ["error source", [{ on: "class", field: "error_source", anyOf: ["upstream"] }], (r) => r.errorSource === "upstream"],
  ["stream", [{ on: "class", field: "stream", anyOf: ["false"] }], (r) => !r.stream],
  ["id", [{ on: "word", field: "id", anyOf: [some.id, "0".repeat(32)] }], (r) => r.id === some.id],
  [
    "request id",
    [{ on: "word", field: "request_id", anyOf: ["label-7", "label-8"] }],
    (r) => r.requestId === "label-7" || r.requestId === "label-8",
  ],
  [
    "request id that is ours",
    [{ on: "word", field: "request_id", anyOf: [some.requestId] }],
    (r) => r.requestId === some.requestId,
  ],
  [
    "trace id",
    [{ on: "word", field: "trace_id", anyOf: records.flatMap((r) => r.traceId ?? []).slice(0, 3) }],
    (r) =>
      records
        .flatMap((each) => each.traceId ?? [])
        .slice(0, 3)
        .includes(r.traceId ?? ""),
  ],
  ["session", [{ on: "word", field: "session_id", anyOf: ["session-7"] }], (r) => r.sessionId === "session-7"],
  [
    "end user",
    [{ on: "word", field: "end_user", anyOf: ["user-7", "user-8"] }],
    (r) => r.endUser === "user-7" || r.endUser === "user-8",
  ],
  ["finish reason", [{ on: "word", field: "finish_reason", anyOf: ["length"] }], (r) => r.finishReason === "length"],
  [
    "price version",
    [{ on: "word", field: "price_version", anyOf: ["catalog:4"] }],
    (r) => r.priceVersion === "catalog:4",
  ],
  [
    "limit",
    [{ on: "word", field: "limit_id", anyOf: ["key:key-3/budget"] }],
    (r) => r.limits?.includes("key:key-3/budget") === true,
  ],
  ["estimated", [{ on: "word", field: "estimated", anyOf: ["true"] }], (r) => r.usage?.estimated === true],
  [
    "canonical model",
    [{ on: "word", field: "canonical_model", anyOf: ["maker/model-3"] }],
    (r) => r.canonicalModel === "maker/model-3",
  ],
  [
    "a bill that differs",
    [{ on: "word", field: "bill_differs", anyOf: ["true"] }],
    (r) => r.billedCost !== undefined && r.billedCost !== r.listedCost,
  ],
  ["service tier", [{ on: "word", field: "service_tier", anyOf: ["flex"] }], (r) => r.serviceTier === "flex"],
  ["who paid", [{ on: "word", field: "paid_by", anyOf: ["client"] }], (r) => r.paidBy === "client"],
  ["capped", [{ on: "word", field: "capped", anyOf: ["true"] }], (r) => r.capped !== undefined],
  ["retried", [{ on: "word", field: "retried", anyOf: ["true"] }], (r) => r.attempts.length > 1],
  [
    "cost",
    [{ on: "number", field: "cost", min: 1_000_000, max: 1_500_000 }],
    (r) => (r.cost ?? -1) >= 1_000_000 && (r.cost ?? -1) <= 1_500_000,
  ],
  ["duration", [{ on: "number", field: "duration_ms", min: 30_000 }], (r) => r.durationMs >= 30_000],
  [
    "first token",
    [{ on: "number", field: "first_token_ms", max: 100 }],
    (r) => r.firstTokenMs !== undefined && r.firstTokenMs <= 100,
  ],
  ["tokens", [{ on: "number", field: "tokens", max: 300 }], (r) => r.usage !== undefined && tokens(r) <= 300],
  [
    "user agent",
    [{ on: "text", field: "user_agent", contains: "openai/PYTHON" }],
    (r) => r.userAgent?.startsWith("OpenAI") === true,
  ],
  ["sdk", [{ on: "text", field: "sdk", contains: "anthropic-" }], (r) => r.sdk?.startsWith("anthropic") === true],
  [
    "team, model, outcome and duration together",
    [
      { on: "principal", field: "team", anyOf: ["team-1", "team-2"] },
      { on: "class", field: "model", anyOf: ["model-1", "model-2", "model-3"] },
      { on: "class", field: "outcome", anyOf: ["ok"] },
      { on: "number", field: "duration_ms", max: 5000 },
    ],
    (r) =>
      (r.team === "team-1" || r.team === "team-2") &&
      ["model-1", "model-2", "model-3"].includes(r.model ?? "") &&
      r.outcome === "ok" &&
      r.durationMs <= 5000,
  ],
  ["a team that is not there", [{ on: "principal", field: "team", anyOf: ["nobody"] }], () => false],
];

/** Searches with filters, for the suite of log stores. */
export function describeSearch(open: () => OpenLog): void {
  let log: OpenLog;
  beforeAll(async () => {
    log = open();
    // Not in the order in which they started: a record is written when its request ends.
    const ended = records.toSorted((a, b) => a.startedAtMs + a.durationMs - (b.startedAtMs + b.durationMs));
    for (let next = 0; next < count; next += 500) await log.writer.commit(batchOf(ended.slice(next, next + 500)));
  });
  afterAll(() => log.close());

  for (const [name, filters, isWanted] of cases) {
    test(`list() finds by ${name} what is there and nothing else, in both orders, as the tail does`, async () => {
      const wanted = records.filter(isWanted).map(({ id }) => id);
      if (name !== "a team that is not there") expect(wanted.length).toBeGreaterThan(0);
      expect((await everyId(log.store, { filters, order: "oldest" })).toSorted()).toEqual(wanted.toSorted());
      const newest = await everyId(log.store, { filters }, 37);
      expect(newest.toSorted()).toEqual(wanted.toSorted());
      const times = newest.map((id) => id.slice(0, 12));
      expect(times).toEqual(times.toSorted().reverse());
      expect(records.filter((record) => matchesFilters(record, filters)).map(({ id }) => id)).toEqual(wanted);
    });
  }

  for (const [rankedBy, amountOf] of [
    ["costliest", (record: RequestRecord) => record.cost],
    ["slowest", (record: RequestRecord) => record.durationMs],
  ] as const) {
    test(`list() of the ${rankedBy} has every record once, the largest first, page by page`, async () => {
      const filters: readonly LogFilter[] = [{ on: "class", field: "provider", anyOf: ["openai"] }];
      const range = { fromMs: fromMs + 1_000_000, toMs: fromMs + 15_000_000 };
      const isIn = (r: RequestRecord) => r.startedAtMs >= range.fromMs && r.startedAtMs < range.toMs;
      const wanted = records
        .filter((r) => r.provider === "openai" && isIn(r) && amountOf(r) !== undefined)
        .toSorted((a, b) => (amountOf(b) ?? 0) - (amountOf(a) ?? 0) || (a.id < b.id ? 1 : -1));
      const found = await everyId(log.store, { ...range, filters, rankedBy }, 100);
      expect(wanted.length).toBeGreaterThan(300);
      expect(found).toEqual(wanted.map(({ id }) => id));
    });
  }

  test("list() with filters keeps to a range of time", async () => {
    const range = { fromMs: fromMs + 1_000_000, toMs: fromMs + 5_000_000 };
    const filters: readonly LogFilter[] = [{ on: "class", field: "stream", anyOf: ["true"] }];
    const wanted = records.filter((r) => r.stream && r.startedAtMs >= range.fromMs && r.startedAtMs < range.toMs);
    expect((await everyId(log.store, { ...range, filters })).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
  });

  test("list() with filters pages without a gap or a repeat while records are added", async () => {
    const filters: readonly LogFilter[] = [{ on: "class", field: "provider", anyOf: ["openai"] }];
    const before = await everyId(log.store, { filters });
    const seen: string[] = [];
    for (let after: string | undefined, pages = 0; pages < 200; pages++) {
      const page = await log.store.list({ filters, limit: 60, ...(after !== undefined && { after }) });
      seen.push(...page.data.map(({ id }) => id));
      after = page.next;
      if (after === undefined) break;
      const late = source(count + pages);
      await log.writer.commit(batchOf([{ ...late, provider: "openai" }]));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...before]);
  });
}

async function everyId(store: LogStore, query: Omit<LogQuery, "limit">, limit = 150): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | undefined, pages = 0; pages < 200; pages++) {
    const page = await store.list({ ...query, limit, ...(after !== undefined && { after }) });
    expect(page.data.length).toBeLessThanOrEqual(limit);
    ids.push(...page.data.map(({ id }) => id));
    after = page.next;
    if (after === undefined) return ids;
  }
  throw new Error("There is no end of pages");
}
