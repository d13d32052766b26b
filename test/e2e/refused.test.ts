import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { bunBinary } from "../harness/bun-binary.ts";
import { readSse } from "../harness/read-sse.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** Parsed JSON. */
type Shape = ReturnType<typeof JSON.parse>;

const key = "hg-a-key-with-one-request";
const gateway = await startHeadgate({
  workers: 1,
  config: {
    providers: { demo: {} },
    teams: [{ name: "search", customer: "acme" }],
    virtual_keys: [
      { name: "one", value: key, team: "search", rate_limits: [{ requests: 1, per: "1h" }] },
      { name: "off", value: "hg-a-key-that-is-switched-off", active: false },
    ],
  },
});
afterAll(async () => {
  await gateway.stop();
});

async function chat(secret: string): Promise<Response> {
  const body = { model: "demo/echo", stream: true, messages: [{ role: "user", content: "hello" }] };
  return gateway.post("/v1/chat/completions", body, { authorization: `Bearer ${secret}`, "user-agent": "a-client" });
}

async function ask(path: string) {
  const response = await gateway.admin("GET", path);
  return JSON.parse(await response.text());
}

test("a refused request is listed, summed up and followed where it is asked for, and nowhere else", async () => {
  const tail = readSse(await gateway.admin("GET", "/api/logs/tail?outcome=refused"));
  const everything = readSse(await gateway.admin("GET", "/api/logs/tail"));
  const served = await chat(key);
  await served.text();
  const refused = await chat(key);
  const unknown = await chat("hg-nobody-has-this-key");
  const off = await chat("hg-a-key-that-is-switched-off");
  expect([served, refused, unknown, off].map(({ status }) => status)).toEqual([200, 429, 401, 401]);
  const idOf = (response: Response) => response.headers.get("x-headgate-id");

  const found = await waitUntil("the refusals", async () => {
    const { data } = await ask("/api/logs?outcome=refused");
    return data.length === 3 && new Map<string, Shape>(data.map((record: Shape) => [record.id, record]));
  });
  // Two of the same millisecond may be listed in either order.
  const refusals = [refused, unknown, off].map((response) => found.get(idOf(response) ?? ""));
  expect(refusals).toMatchObject([
    {
      id: idOf(refused),
      outcome: "refused",
      status: 429,
      error_code: "rate_limited",
      error_source: "client",
      key_name: "one",
      team: "search",
      customer: "acme",
      asked_model: "demo/echo",
      stream: true,
      attempts: [],
      user_agent: "a-client",
      refusal: { weight: 1, unit: "requests", allowance: "1", charged: "1", held: "0", asked: "1" },
    },
    { id: idOf(unknown), error_code: "invalid_key", status: 401, refusal: { weight: 1 } },
    { id: idOf(off), error_code: "inactive_key", key_name: "off" },
  ]);
  expect(refusals[0].refusal.limit).toBe('the rate limit of the key "one"');
  expect(refusals[0].limits).toEqual([refusals[0].refusal.limit_id]);
  expect(refusals[1]).not.toHaveProperty("key_name");
  expect(JSON.stringify(refusals)).not.toContain("nobody-has");

  expect((await ask("/api/logs")).data).toMatchObject([{ id: idOf(served), outcome: "ok" }]);
  expect((await ask(`/api/logs/${idOf(refused)}`)).outcome).toBe("refused");
  expect((await ask("/api/logs?outcome=ok,refused")).data).toHaveLength(4);
  expect(
    (await ask(`/api/logs?outcome=refused&limit_id=${encodeURIComponent(refusals[0].limits[0])}`)).data,
  ).toHaveLength(1);

  const { total, groups } = await ask("/api/stats?group_by=key&order=refused");
  expect(total).toMatchObject({ requests: 1, refused: 3, errors: 0 });
  expect(groups.map((group: Shape) => [group.group.key, group.total.requests, group.total.refused])).toEqual(
    expect.arrayContaining([
      ["file:one", 1, 1],
      ["file:off", 0, 1],
      [null, 0, 1],
    ]),
  );
  expect(JSON.parse((await tail.next()).value?.data ?? "{}")).toMatchObject({ outcome: "refused" });
  expect(JSON.parse((await everything.next()).value?.data ?? "{}")).toMatchObject({ id: idOf(served), outcome: "ok" });
}, 240_000);

test("metrics count refusals by key and team, and headgate logs search finds them", async () => {
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  expect(metrics).toMatch(/headgate_key_refusals_total\{key="[^"]+",name="one",team="search",kind="requests"\} 1\n/);
  expect(metrics).toMatch(/headgate_key_refusals_total\{key="[^"]+",name="off",team="",kind="other"\} 1\n/);
  expect(metrics).toContain('headgate_errors_total{code="invalid_key"} 1\n');
  const main = join(import.meta.dir, "../../src/main.ts");
  const search = [main, "logs", "search", "--outcome", "refused", "--json", "--data-dir", gateway.dataDir];
  const found = Bun.spawn([bunBinary(), ...search], { stdout: "pipe", stderr: "inherit" });
  const lines = (await new Response(found.stdout).text()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(["refused", "refused", "refused"]);
}, 240_000);
