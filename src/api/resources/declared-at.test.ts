import { expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

const file = `settings:
  retention_days: 9
providers:
  local:
    dialect: openai-chat
    base_url: http://127.0.0.1:1/v1
routes:
  - alias: smart
    targets: [{ model: local/m }]
customers: [{ name: acme }]
teams:
  - name: search
limits: [{ name: all, rate_limits: [{ concurrent: 5 }] }]
virtual_keys:
  - name: first
  - name: second
`;

test("what the file declares is shown with its file and line everywhere, and nothing else is", async () => {
  using bench = new LimitBench();
  await bench.start(file);
  const placeOf = async (path: string) => (await bench.ask("GET", path)).body.declared_at;
  const at = (line: number) => ({ file: "h.yaml", line });
  expect(await placeOf("/api/providers/local")).toEqual(at(4));
  expect(await placeOf("/api/routes/smart")).toEqual(at(8));
  expect(await placeOf("/api/customers/acme")).toEqual(at(10));
  expect(await placeOf("/api/teams/search")).toEqual(at(12));
  expect(await placeOf("/api/limits/all")).toEqual(at(13));
  expect(await placeOf("/api/virtual-keys/second")).toEqual(at(16));
  expect(await placeOf("/api/settings")).toEqual({ retention_days: at(2) });
  await bench.ask("POST", "/api/teams", { name: "stored" });
  expect(await placeOf("/api/teams/stored")).toBeUndefined();
  await bench.load("teams: [{ name: search }]");
  expect(await placeOf("/api/teams/search")).toEqual(at(1));
});
