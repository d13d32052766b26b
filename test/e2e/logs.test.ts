import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bunBinary } from "../harness/bun-binary.ts";
import { type ReadEvent, readSse } from "../harness/read-sse.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const gateway = await startHeadgate({
  workers: 2,
  flags: ["--drain-timeout", "10m"],
  config: {
    providers: { demo: {} },
    virtual_keys: [{ name: "one", value: "hg-the-first-key-of-all", team: "search", tags: { use_case: "tests" } }],
  },
});
afterAll(async () => {
  await gateway.stop();
});

async function chat(text: string, more: object = {}, named: Record<string, string> = {}): Promise<string> {
  const body = { model: "demo/echo", messages: [{ role: "user", content: text }], ...more };
  const headers = { authorization: "Bearer hg-the-first-key-of-all", ...named };
  const response = await gateway.post("/v1/chat/completions", body, headers);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  return response.headers.get("x-headgate-id") ?? "";
}

async function ask(path: string) {
  const response = await gateway.admin("GET", path);
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const main = join(import.meta.dir, "../../src/main.ts");
const startCommand = (...args: readonly string[]) =>
  Bun.spawn([bunBinary(), main, ...args, "--data-dir", gateway.dataDir], { stdout: "pipe", stderr: "pipe" });

test("GET /api/logs/tail shows records as they end, and only those that match", async () => {
  const matching = await gateway.admin("GET", "/api/logs/tail?team=search");
  const other = await gateway.admin("GET", "/api/logs/tail?team=nobody");
  expect(matching.headers.get("content-type")).toStartWith("text/event-stream");
  const events = readSse(matching);
  const next = async (): Promise<ReadEvent | undefined> => (await events.next()).value ?? undefined;
  for (const text of ["first", "second"]) {
    const id = await chat(text);
    const event = await next();
    expect(event?.event).toBe("record");
    expect(JSON.parse(event?.data ?? "{}")).toMatchObject({ id, team: "search", outcome: "ok" });
  }
  await other.body?.cancel();
}, 240_000);

test("GET /api/logs filters, names what it does not know, and GET /api/stats agrees with it", async () => {
  const { body } = await ask("/api/logs?tag=use_case:tests&status=2xx&stream=false&min_tokens=1");
  expect(body.data.length).toBe(2);
  expect((await ask("/api/logs?tag=use_case:other")).body.data).toEqual([]);
  expect((await ask("/api/logs?teem=search")).body.detail).toContain('did you mean "team"?');
  expect((await ask("/api/stats?group_by=teem")).status).toBe(400);
  const stats = (await ask("/api/stats?group_by=team,model&interval=hour&compare=previous")).body;
  expect(stats.total).toMatchObject({ requests: 2, errors: 0, unpriced: 0 });
  expect(stats.groups).toMatchObject([{ group: { team: "search", model: "echo" }, total: { requests: 2 } }]);
  const cost = body.data.reduce((sum: number, record: { cost_usd: string }) => sum + Number(record.cost_usd) * 1e9, 0);
  expect(Math.round(Number(stats.total.cost_usd) * 1e9)).toBe(Math.round(cost));
  expect(stats.total.duration_ms.p50).toBeGreaterThan(0);
});

test("GET /api/logs lists by cost and duration, page by page, and refuses what does not go with that", async () => {
  type Listed = { readonly id: string; readonly duration_ms: number; readonly cost_usd: string };
  const byDuration: readonly Listed[] = (await ask("/api/logs?order=slowest")).body.data;
  const durations = byDuration.map(({ duration_ms }) => duration_ms);
  expect(durations).toEqual(durations.toSorted((a, b) => b - a));
  const costs = (await ask("/api/logs?order=costliest")).body.data.map(({ cost_usd }: Listed) => Number(cost_usd));
  expect(costs.length).toBeGreaterThan(0);
  expect(costs).toEqual(costs.toSorted((a: number, b: number) => b - a));
  const first = (await ask("/api/logs?order=slowest&limit=1")).body;
  expect(first).toMatchObject({ data: [{ id: byDuration[0]?.id }] });
  expect(first.looked_back_to).toBeUndefined();
  const second = (await ask(`/api/logs?order=slowest&limit=1&after=${first.next}`)).body;
  expect(second).toMatchObject({ data: [{ id: byDuration[1]?.id }] });
  for (const query of ["order=slowest&text=first", `order=oldest&after=${first.next}`, `order=slowest&after=key:7`])
    expect((await ask(`/api/logs?${query}`)).status).toBe(400);
});

test("POST /api/recalculations writes nothing where prices are what they were", async () => {
  const order = { from: "2020-01-01", to: "2100-01-01", provider: "demo" };
  const response = await gateway.admin("POST", "/api/recalculations", order);
  expect(response.status).toBe(202);
  const { id } = JSON.parse(await response.text());
  const state = async () => (await ask(`/api/recalculations/${id}`)).body;
  await waitUntil("the end of the recalculation", async () => (await state()).state === "done", 5000);
  expect(await state()).toMatchObject({ looked_at: 2, changed: 0, unpriced: 0, difference_usd: "0" });
});

test("headgate logs search and tail take the same filters", async () => {
  const found = startCommand("logs", "search", "--team", "search", "--asked-model", "demo/echo", "--json");
  const lines = (await new Response(found.stdout).text()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).team)).toEqual(["search", "search"]);
  const tail = startCommand("logs", "tail", "--team", "search", "--limit", "1");
  let out = "";
  void (async () => {
    for await (const bytes of tail.stdout) out += new TextDecoder().decode(bytes);
  })();
  await waitUntil("the last record", () => out.includes("\n"), 5000);
  // The stream is opened after the last records were shown.
  const asked: string[] = [];
  const oneMore = async () => {
    asked.push(await chat("third"));
    return asked.some((id) => out.includes(id));
  };
  await waitUntil("a record that is added", oneMore, 10_000, 300);
  tail.kill("SIGTERM");
  await tail.exited;
}, 240_000);

test("GET /api/logs lists the requests of a session in their order, with the start of each attempt", async () => {
  const first = await chat("one", { user: "ann" }, { "x-headgate-session": "run-1" });
  const second = await chat("two", { metadata: { session_id: "run-1" } });
  const find = async () => (await ask("/api/logs?session_id=run-1&order=oldest")).body.data;
  await waitUntil("both records", async () => (await find()).length === 2);
  const found = await find();
  expect(found).toMatchObject([
    { id: first, session_id: "run-1", end_user: "ann", attempts: [{ start_ms: expect.any(Number) }] },
    { id: second, session_id: "run-1" },
  ]);
  expect((await ask("/api/logs?end_user=ann")).body.data.map(({ id }: { id: string }) => id)).toEqual([first]);
}, 240_000);

test("GET /api/logs/facets and /histogram count what a list finds, by value and over time", async () => {
  const { records, facets } = (await ask("/api/logs/facets?fields=key,model,outcome&model=demo/echo")).body;
  const listed = (await ask("/api/logs?model=demo/echo&limit=1000")).body.data.length;
  expect(records).toBe(listed);
  expect(facets.map(({ field }: { field: string }) => field)).toEqual(["key", "model", "outcome"]);
  expect(facets[0].values).toMatchObject([{ name: "one", records }]);
  expect(facets[1]).toMatchObject({ values: [{ value: "echo", records }], others: { values: 0 }, without: 0 });
  const histogram = (await ask("/api/logs/histogram?outcome=ok&bars=10")).body;
  expect(histogram).toMatchObject({ bar_s: 10_800, records, errors: 0 });
  expect(histogram.bars.reduce((sum: number, bar: { records: number }) => sum + bar.records, 0)).toBe(records);
  expect((await ask("/api/logs/facets?fields=color")).body.detail).toContain("must be of key, team");
  const { groups } = (await ask("/api/stats?group_by=key&interval=none")).body;
  expect(groups[0].names).toEqual({ key: "one" });
}, 240_000);

test("GET /api/logs?text= finds what a request said, and GET /api/logs/export downloads what filters find", async () => {
  const id = await chat("Where is the NEEDLE in all that hay?");
  const find = async () => (await ask("/api/logs?text=needle%20in&model=demo/echo")).body.data;
  await waitUntil("its bodies", async () => (await find()).length === 1);
  expect((await find())[0].id).toBe(id);
  expect((await ask("/api/logs?text=needle%20in&team=nobody")).body.data).toEqual([]);
  const csv = await gateway.admin("GET", `/api/logs/export?format=csv&id=${id}`);
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(csv.headers.get("content-disposition")).toBe('attachment; filename="headgate-logs.csv"');
  expect((await csv.text()).split("\r\n")[1]).toStartWith(id);
  const lines = await (await gateway.admin("GET", "/api/logs/export?format=jsonl&order=oldest")).text();
  expect(lines.trimEnd().split("\n").at(-1)).toContain(id);
  const found = await (await gateway.admin("GET", "/api/logs/export?format=jsonl&text=needle%20in")).text();
  expect(
    found
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id),
  ).toEqual([id]);
  const anonymous = await fetch(`${gateway.url}/api/logs/export?format=csv`);
  expect(anonymous.status).toBe(401);
}, 240_000);

test("views are saved, records bookmarked and noted, and both are in the audit trail", async () => {
  const change = async (method: string, path: string, body?: object) => {
    const response = await gateway.admin(method, path, body);
    return { status: response.status, body: response.status === 204 ? undefined : JSON.parse(await response.text()) };
  };
  const saved = await change("POST", "/api/logs/views", { name: "slow", query: "min_duration_ms=1000" });
  expect(saved).toMatchObject({ status: 201, body: { name: "slow", query: "min_duration_ms=1000" } });
  expect((await change("POST", "/api/logs/views", { name: "slow", query: "" })).status).toBe(409);
  expect((await ask("/api/logs/views")).body.data).toEqual([saved.body]);
  expect((await change("DELETE", `/api/logs/views/${saved.body.id}`)).status).toBe(204);
  expect((await change("DELETE", `/api/logs/views/${saved.body.id}`)).status).toBe(404);

  const [record] = (await ask("/api/logs?limit=1")).body.data;
  const noted = await change("PATCH", `/api/logs/${record.id}`, { bookmarked: true, note: "look at this" });
  expect(noted.body).toMatchObject({ id: record.id, bookmarked: true, note: "look at this" });
  expect((await ask("/api/logs?bookmarked=true")).body.data).toMatchObject([{ id: record.id, note: "look at this" }]);
  expect((await ask("/api/logs/histogram?bookmarked=true")).body).toMatchObject({ records: 1, bars: [{ records: 1 }] });
  const { facets, records } = (await ask("/api/logs/facets?bookmarked=true&fields=model")).body;
  expect({ records, facets }).toMatchObject({ records: 1, facets: [{ values: [{ value: "echo", records: 1 }] }] });
  const lines = async (query: string) => {
    const text = await (await gateway.admin("GET", `/api/logs/export?format=jsonl&${query}`)).text();
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id);
  };
  expect(await lines("bookmarked=true")).toEqual([record.id]);
  expect((await change("PATCH", `/api/logs/${record.id}`, { note: null })).body).toMatchObject({ bookmarked: true });
  expect((await ask(`/api/logs/${record.id}`)).body.note).toBeUndefined();
  expect((await change("PATCH", `/api/logs/${record.id}`, { bookmarked: false })).body.noted_at).toBeUndefined();
  expect((await ask("/api/logs?bookmarked=true")).body.data).toEqual([]);
  expect((await change("PATCH", `/api/logs/${"0".repeat(32)}`, { note: "x" })).status).toBe(404);
  const actions = (await ask("/api/audit?limit=5")).body.data.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(["record.note", "record.note", "record.note", "saved_view.delete", "saved_view.create"]);
}, 240_000);

test.skipIf(process.platform !== "linux")(
  "queries run in a thread of the lowest priority, requests do not",
  async () => {
    await ask("/api/stats?interval=none");
    const nices = (role: string) =>
      gateway
        .pids()
        .filter((one) => one.role === role)
        .flatMap(({ pid }) =>
          readdirSync(`/proc/${pid}/task`).map((thread) => {
            const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
            return Number(stat.replace(/^.*\) /, "").split(" ")[16]);
          }),
        );
    const usual = Math.min(...nices("supervisor"));
    expect(nices("control")).toContain(19);
    expect(nices("control")).toContain(usual);
    expect(new Set(nices("worker"))).toEqual(new Set([usual]));
  },
);

test("GET /api/logs/{id} shows what the limits of the key held and took", async () => {
  const limits = { budgets: [{ limit_usd: 5, period: "1d" }], rate_limits: [{ tokens: 100_000, per: "1m" }] };
  const made = await gateway.admin("POST", "/api/virtual-keys", { name: "limited", ...limits });
  expect(made.status).toBe(201);
  const { value: secret } = JSON.parse(await made.text());
  const id = await chat("held", { max_tokens: 500 }, { authorization: `Bearer ${secret}` });
  await waitUntil("the record", async () => (await ask(`/api/logs/${id}`)).status === 200, 20_000);
  const { body } = await ask(`/api/logs/${id}`);
  const [budget, rate] = body.limit_use;
  expect(body.limit_use.map((limit: { id: string }) => limit.id)).toEqual(body.limits);
  expect(budget).toMatchObject({ scope: "key:limited", kind: "budget", unit: "dollars", taken_usd: body.cost_usd });
  expect(Number(budget.held_usd)).toBeGreaterThan(Number(budget.taken_usd));
  expect(rate).toMatchObject({ kind: "rate", unit: "tokens", taken: String(body.usage.input + body.usage.output) });
});

test("a stop does not wait for those who follow records, and their streams end", async () => {
  const open = await gateway.admin("GET", "/api/logs/tail");
  const [, exit] = await Promise.all([open.text(), gateway.stop()]);
  // A drain may take ten minutes here: what waited for it would be killed.
  expect(exit).toBe(0);
}, 240_000);
