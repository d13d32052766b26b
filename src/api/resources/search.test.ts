import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";
import { batchOf } from "#store/log/fixtures/open-log";
import { plainRecord } from "#store/log/fixtures/plain-record";
import { bestMatches } from "./search-rank";

describe("bestMatches()", () => {
  const entries = ["search-team", "research", "my search", "search", "zzz"].map((name) => ({ id: `id-${name}`, name }));
  const names = (text: string, limit = 10) => bestMatches(text, entries, limit).map(({ name }) => name);

  test("puts what is the text before what begins with it, a word that does, and what holds it", () => {
    expect(names("Search")).toEqual(["search", "search-team", "my search", "research"]);
    expect(names("search", 2)).toEqual(["search", "search-team"]);
  });

  test("finds ids, whole ones first", () => {
    expect(names("id-zzz")).toEqual(["zzz"]);
    expect(names("d-my")).toEqual(["my search"]);
    expect(names("nothing")).toEqual([]);
  });
});

describe("GET /api/search", () => {
  const bench = new LimitBench("memory", 'openai\tgpt-alpha\t{"mode":"chat"}');

  beforeAll(async () => {
    await bench.start();
    await bench.ask("POST", "/api/providers", { id: "openai" });
    await bench.ask("POST", "/api/providers/openai/keys", { name: "alpha-key", value: "sk-0123456789abcdef" });
    await bench.ask("POST", "/api/routes", { alias: "alpha", targets: [{ model: "openai/gpt-alpha" }] });
    await bench.ask("POST", "/api/customers", { name: "alpha-customer" });
    await bench.ask("POST", "/api/teams", { name: "alpha-team", customer: "alpha-customer" });
    await bench.ask("POST", "/api/limits", { name: "alpha-limit", rate_limits: [{ concurrent: 5 }] });
    await bench.ask("POST", "/api/virtual-keys", { name: "alpha-vk", team: "alpha-team" });
  });
  afterAll(() => bench[Symbol.dispose]());

  const find = async (query: string) => (await bench.ask("GET", `/api/search?${query}`)).body;

  test("finds all kinds by name, best first, and says what shows them", async () => {
    const { data, has_more: hasMore } = await find("q=ALPHA");
    expect(hasMore).toBe(false);
    expect(data[0]).toEqual({ kind: "route", id: "alpha", name: "alpha", page: "routes" });
    expect(data.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual([
      "customer",
      "limit",
      "model",
      "provider_key",
      "route",
      "team",
      "virtual_key",
    ]);
    const [key] = (await find("q=alpha-vk")).data;
    expect(key).toMatchObject({ kind: "virtual_key", name: "alpha-vk", detail: "alpha-team", page: "keys" });
    expect((await find(`q=${key.id}`)).data).toEqual([key]);
    expect(await find("q=alpha&limit=2")).toMatchObject({ has_more: true });
    expect((await find("q=openai")).data[0]).toMatchObject({ kind: "provider", id: "openai" });
  });

  test("a key that was rotated with grace is found once", async () => {
    const { body: key } = await bench.ask("POST", "/api/virtual-keys", { name: "turning" });
    await bench.ask("POST", `/api/virtual-keys/${key.id}/rotate`, { grace: "1h" });
    expect((await find("q=turning")).data).toHaveLength(1);
  });

  test("refuses an empty text and a wrong limit", async () => {
    for (const query of ["", "q=", "q=a&limit=51", "q=a&limit=0"])
      expect((await bench.ask("GET", `/api/search?${query}`)).status).toBe(400);
  });

  test("finds requests by our id and by the client's", async () => {
    const record = plainRecord(1, { requestId: "client-id-0042" });
    await (await bench.logs.logWriter()).commit(batchOf([record]));
    for (const id of [record.id, record.requestId]) {
      expect((await find(`q=${id}`)).data).toMatchObject([{ kind: "request", id: record.id, page: "requests" }]);
    }
  });
});
