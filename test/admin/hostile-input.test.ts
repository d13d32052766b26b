import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { runControl } from "./running-control";

const budget = { limit_usd: 1, period: "1d" };

test("a name that a path or a screen cannot show is refused, every other can be found and removed by it", async () => {
  await using running = await runControl();
  const { ask } = running;
  const bad = ["", " ", " a", "a ", ".", "..", "a\nb", "a\u0000b", "a\u007fb", "\u202eevil", "x".repeat(10_000)];
  for (const name of bad) {
    const { status, body } = await ask("POST", "/api/teams", { name });
    expect([name.slice(0, 9), status, body.errors?.[0]?.field]).toEqual([name.slice(0, 9), 400, "name"]);
  }
  for (const name of ["a/b", "../x", "a%b", "a?b#c", "'; DROP TABLE teams;--", "__proto__", "团队 🚀", "key:x"]) {
    expect((await ask("POST", "/api/teams", { name, budgets: [budget] })).status).toBe(201);
    const path = `/api/teams/${encodeURIComponent(name)}`;
    const { body } = await ask("GET", path);
    expect(body.name).toBe(name);
    expect((await ask("GET", `/api/budgets/${encodeURIComponent(body.budgets[0].id)}`)).status).toBe(200);
    expect((await ask("DELETE", path)).status).toBe(204);
  }
  expect((await ask("GET", "/api/teams")).body.data).toEqual([]);
});

test("half of a surrogate pair is refused wherever it stands, and the audit chain stays whole", async () => {
  await using running = await runControl();
  const { ask } = running;
  for (const body of [
    { name: "\ud800" },
    { name: "k", tags: { a: "\udfff" } },
    { name: "k", tags: { "\ud800": "b" } },
  ]) {
    const refused = await ask("POST", "/api/virtual-keys", body);
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining("surrogate pair")]);
  }
  expect((await ask("POST", "/api/virtual-keys", { name: "k", tags: { a: "🚀 \\ud800" } })).status).toBe(201);
  expect((await ask("GET", "/api/audit/verify")).body.ok).toBe(true);
});

test("an amount of money is kept as a plain decimal, and one that is too large is told the most", async () => {
  await using running = await runControl();
  const { ask } = running;
  const given = [" 1 ", "1e3", 2.5, "0.100", "007"];
  const { status, body } = await ask("POST", "/api/teams", {
    name: "t",
    budgets: given.map((amount, index) => ({ limit_usd: amount, period: `${index + 1}d` })),
  });
  expect(status).toBe(201);
  expect(body.budgets.map((each: { limit_usd: string }) => each.limit_usd)).toEqual(["1", "1000", "2.5", "0.1", "7"]);
  for (const limit of [10_000_000, "1e400", "NaN", "-1", "0.0000000001"]) {
    const refused = await ask("POST", "/api/teams", { name: "u", budgets: [{ limit_usd: limit, period: "1d" }] });
    expect(refused.body.errors).toEqual([
      {
        field: "budgets[0].limit_usd",
        detail: expect.stringContaining("to 9007199.254740991 with at most 9 decimals"),
      },
    ]);
  }
});

test("a number that is too large is told so, once", async () => {
  await using running = await runControl();
  const { ask } = running;
  const { body } = await ask("POST", "/api/teams", { name: "t", budgets: [{ limit_tokens: 2 ** 60, period: "1d" }] });
  expect(body.errors).toEqual([{ field: "budgets[0].limit_tokens", detail: "must be at most 9007199254740991" }]);
  const infinite = await raw(running.dataDir, '{"name": "t", "budgets": [{"limit_usd": 1e400, "period": "1d"}]}');
  expect(await infinite.text()).toContain("must be a number or a string, found a number that is too large");
});

test("a body that is too large or packed is refused as problem+json", async () => {
  await using running = await runControl();
  const large = await raw(running.dataDir, JSON.stringify({ name: "x".repeat(2_000_000) }));
  expect([large.status, large.headers.get("content-type")]).toEqual([413, "application/problem+json"]);
  const chunked = await raw(
    running.dataDir,
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let part = 0; part < 30; part += 1) controller.enqueue(new Uint8Array(65_536).fill(32));
        controller.close();
      },
    }),
  );
  expect([chunked.status, chunked.headers.get("content-type")]).toEqual([413, "application/problem+json"]);
  const packed = await raw(running.dataDir, gzipSync('{"name": "t"}'), { "content-encoding": "gzip" });
  expect([packed.status, packed.headers.get("content-type")]).toEqual([415, "application/problem+json"]);
});

test("a page cannot go on after an entry that is not there: it is refused and does not begin anew", async () => {
  await using running = await runControl();
  const { ask } = running;
  for (const name of ["a", "b", "c"]) await ask("POST", "/api/teams", { name, budgets: [budget] });
  const first = (await ask("GET", "/api/teams?limit=1")).body;
  expect((await ask("GET", `/api/teams?limit=1&after=${first.next}`)).body.data[0].name).toBe("b");
  await ask("DELETE", "/api/teams/a");
  const gone = await ask("GET", `/api/teams?limit=1&after=${first.next}`);
  expect([gone.status, gone.body.errors[0].field]).toEqual([400, "after"]);
  for (const path of ["/api/budgets", "/api/models", "/api/targets", "/api/routes", "/api/providers"])
    expect([path, (await ask("GET", `${path}?after=nothing`)).status]).toEqual([path, 400]);
});

test("a misspelt word where only a few can stand is told, and does not find nothing", async () => {
  await using running = await runControl();
  for (const path of ["/api/logs", "/api/logs/tail", "/api/stats"])
    for (const query of ["outcome=eror", "outcome=ok,eror", "error_source=provider", "stream=yes", "status=5x"]) {
      const { status, body } = await running.ask("GET", `${path}?${query}`);
      expect([path, query, status, body.errors?.[0]?.field]).toEqual([path, query, 400, query.split("=")[0]]);
    }
  expect((await running.ask("GET", "/api/logs?outcome=error,cut&error_source=upstream")).status).toBe(200);
});

test("a time that no answer could show, and a dimension that stands there twice, are refused by their name", async () => {
  await using running = await runControl();
  for (const path of ["/api/logs", "/api/logs/facets", "/api/logs/histogram", "/api/stats"])
    for (const to of ["2026-02-30", "2027-13-01", "2027-01-01T24:30:00Z", "253402300800000", "999999999999999"]) {
      const { status, body } = await running.ask("GET", `${path}?from=2026-01-01&to=${to}`);
      expect([path, to, status, body.errors?.[0]?.field]).toEqual([path, to, 400, "to"]);
    }
  const latest = await running.ask("GET", "/api/stats?from=0&to=9999-12-31&interval=none&compare=previous");
  expect([latest.status, latest.body.to]).toEqual([200, "9999-12-31T00:00:00.000Z"]);
  const twice = await running.ask("GET", "/api/stats?group_by=model,model");
  expect([twice.status, twice.body.errors]).toEqual([400, [{ field: "group_by", detail: "must be two that differ" }]]);
});

test("a filter by more values than can be looked at in time is refused, and says how many it takes", async () => {
  await using running = await runControl();
  const many = (count: number) => Array.from({ length: count }, (_, index) => index).join(",");
  for (const [field, most] of [
    ["request_id", 250],
    ["session_id", 250],
    ["key", 1000],
    ["model", 1000],
  ] as const) {
    expect((await running.ask("GET", `/api/logs?${field}=${many(most)}`)).status).toBe(200);
    const { status, body } = await running.ask("GET", `/api/logs?${field}=${many(most + 1)}`);
    expect([status, body.errors]).toEqual([400, [{ field, detail: `must be at most ${most} values` }]]);
  }
});

function raw(
  dataDir: string,
  body: string | Uint8Array | ReadableStream<Uint8Array>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch("http://localhost/api/teams", { unix: `${dataDir}/c.sock`, method: "POST", body, headers });
}
