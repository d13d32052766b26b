import { expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

const prefer = { prefer: "return=representation" };

test("a DELETE that asks for it answers what makes the entry again, and what would be missing then", async () => {
  using bench = new LimitBench();
  await bench.start();
  const budgets = [{ limit_usd: "2.5", period: "1d" }];
  const cases = [
    { list: "/api/routes", made: { alias: "smart", targets: [{ model: "demo/echo" }] }, id: "smart", lost: [] },
    { list: "/api/teams", made: { name: "t", budgets }, id: "t", lost: ["what its limits have counted"] },
    { list: "/api/customers", made: { name: "c" }, id: "c", lost: [] },
    {
      list: "/api/providers",
      made: { id: "own", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1", headers: { "x-key": "sk-hidden" } },
      id: "own",
      lost: [`the key "main"`, `the header "x-key"`],
    },
  ];
  for (const { list, made, id, lost } of cases) {
    expect((await bench.ask("POST", list, made)).status).toBe(201);
    if (id === "own") await bench.ask("POST", `${list}/own/keys`, { name: "main", value: "sk-0123456789abcdef" });
    const before = (await bench.ask("GET", `${list}/${id}`)).body;
    const { status, body } = await bench.ask("DELETE", `${list}/${id}`, undefined, undefined, prefer);
    expect([status, body.restore.path, body.lost]).toEqual([200, list, lost]);
    expect(JSON.stringify(body)).not.toContain("sk-");
    expect((await bench.ask("GET", `${list}/${id}`)).status).toBe(404);
    expect((await bench.ask("POST", body.restore.path, body.restore.body)).status).toBe(201);
    const after = (await bench.ask("GET", `${list}/${id}`)).body;
    if (id !== "own") expect(after).toEqual(before);
    expect((await bench.ask("DELETE", `${list}/${id}`)).status).toBe(204);
  }
});
