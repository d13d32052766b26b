import { describe, expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";
import { readKeyTable } from "./key-csv";

describe("readKeyTable()", () => {
  test("reads columns by their names, lists, tags, limits and quoted cells", () => {
    const table = `name,team,tags,models,budget_usd,requests_per_minute
a,search,use=tests; env=ci,smart; openai/*,10,60
"b, ""the second""",,,,,
`;
    expect(readKeyTable(table)).toEqual([
      {
        name: "a",
        team: "search",
        tags: { use: "tests", env: "ci" },
        models: ["smart", "openai/*"],
        budgets: [{ limit_usd: "10", period: "1mo" }],
        rate_limits: [{ requests: 60, per: "1m" }],
      },
      { name: 'b, "the second"' },
    ]);
    expect(readKeyTable("\uFEFFName\r\na\r\n\r\nb,\r\n".replace("b,", "b"))).toEqual([{ name: "a" }, { name: "b" }]);
  });

  test.each([
    ["team\nx\n", /"name" among them/],
    ["name,colour\nx,red\n", /a column "colour" that is not known/],
    ["name\nx,y\n", /more cells than columns/],
    ['name\n"x', /cannot be read near/],
  ])("refuses %j in words", (table, words) => {
    expect(() => readKeyTable(table)).toThrow(words);
  });
});

describe("POST /api/virtual-keys/bulk", () => {
  test("makes all keys with their secrets, each audited, and all serve at once", async () => {
    using bench = new LimitBench();
    await bench.start();
    const csv = "name,team,budget_usd\na,search,5\nb,search,\n";
    const { status, body } = await bench.ask("POST", "/api/virtual-keys/bulk", { csv });
    expect(status).toBe(201);
    expect(body.data).toMatchObject([
      { name: "a", team: "search", budgets: [{ limit_usd: "5" }] },
      { name: "b", team: "search" },
    ]);
    for (const { value } of body.data) expect((await bench.ask("GET", "/api/me", undefined, value)).status).toBe(200);
    const audit = await bench.ask("GET", "/api/audit?action=virtual_key.create");
    expect(audit.body.data.map(({ resource }: { resource: { name: string } }) => resource.name)).toEqual(["b", "a"]);
    const rows = [{ name: "c", value: "a-secret-of-my-own-0001" }];
    expect((await bench.ask("POST", "/api/virtual-keys/bulk", { rows })).body.data[0].value).toBe(rows[0]?.value);
  });

  test("makes none where a row is wrong, and names every one", async () => {
    using bench = new LimitBench();
    await bench.start();
    await bench.ask("POST", "/api/virtual-keys", { name: "taken" });
    const refused = await bench.ask("POST", "/api/virtual-keys/bulk", { csv: "name\nfine\ntaken\nfine\n" });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        errors: [
          { field: "rows[1].name", detail: '"taken" is taken by another virtual key' },
          { field: "rows[2].name", detail: '"fine" stands in an earlier row' },
        ],
      },
    });
    const wrong = await bench.ask("POST", "/api/virtual-keys/bulk", { csv: "name,expires_at\na,soon\n,2027-01-01\n" });
    expect(wrong.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      "rows[0].expires_at",
      "rows[1].name",
    ]);
    for (const body of [{}, { rows: [] }, { rows: [{ name: "x" }], csv: "name\nx" }])
      expect((await bench.ask("POST", "/api/virtual-keys/bulk", body)).status).toBe(400);
    const { body } = await bench.ask("GET", "/api/virtual-keys");
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(["taken"]);
  });
});
