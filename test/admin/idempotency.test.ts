import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashSecret } from "#core/virtual-key";
import { adminToken, from, runControl } from "./running-control";

test("a create with an Idempotency-Key is carried out once and answered the same again, its secret included", async () => {
  await using running = await runControl();
  const { ask } = running;
  const create = (key: string, name: string, headers = {}) =>
    ask("POST", "/api/virtual-keys", { name }, { "idempotency-key": key, ...headers });
  const first = await create('"one"', "ci");
  const again = await create('"one"', "ci");
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect([first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")]).toEqual([
    null,
    "true",
  ]);
  expect(again.headers.get("cache-control")).toBe("no-store");
  expect(running.snapshot().virtualKeys.has(hashSecret(first.body.value))).toBe(true);
  // The same word without quotes is the same key.
  expect((await create("one", "ci")).body).toEqual(first.body);

  const other = await create("one", "another");
  expect([other.status, other.headers.get("content-type")]).toEqual([422, "application/problem+json"]);
  const otherPath = await ask("POST", "/api/routes", { name: "ci" }, { "idempotency-key": "one" });
  expect(otherPath.status).toBe(422);
  // Another actor's keys are others.
  expect((await create("one", "theirs", from("192.0.2.1", adminToken))).status).toBe(201);
  for (const bad of ['""', "a b", "x".repeat(256)]) expect((await create(bad, "bad")).status).toBe(400);

  const refused = await create("two", "ci");
  expect(refused.status).toBe(409);
  await ask("DELETE", "/api/virtual-keys/ci");
  // What was refused did nothing, so it may be tried again.
  expect((await create("two", "ci")).status).toBe(201);

  const created = (await ask("GET", "/api/audit?action=virtual_key.create")).body.data;
  expect(created).toHaveLength(4);
  for (const name of readdirSync(running.dataDir).filter((file) => file.startsWith("config.sqlite")))
    expect(readFileSync(join(running.dataDir, name)).includes(first.body.value)).toBe(false);
});

test("of many at once with one key a single one is carried out", async () => {
  await using running = await runControl();
  const headers = { "idempotency-key": "together" };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => running.ask("POST", "/api/virtual-keys", { name: "once" }, headers)),
  );
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses).difference(new Set([201, 409]))).toEqual(new Set());
  const secrets = new Set(answers.flatMap(({ body }) => body.value ?? []));
  expect(secrets.size).toBe(1);
  expect((await running.ask("GET", "/api/virtual-keys?search=once")).body.data).toHaveLength(1);
});

test("every POST can be repeated, and what is older than a day is forgotten", async () => {
  await using running = await runControl({ environment: { HEADGATE_ADMIN_TOKEN: "" } });
  const { ask } = running;
  await ask("POST", "/api/virtual-keys", { name: "ci" });
  await ask("POST", "/api/providers", { id: "openai" });
  for (const [path, body] of [
    ["/api/virtual-keys/ci/rotate", {}],
    ["/api/providers", { id: "groq" }],
    ["/api/providers/openai/keys", { name: "main", value: "sk-a-key-of-this-test" }],
    ["/api/routes", { alias: "smart", targets: [{ model: "demo/echo" }] }],
    ["/api/admin/reset-token", undefined],
  ] as const) {
    const headers = { "idempotency-key": `repeat ${path}`.replaceAll(/[^a-z]/g, "-") };
    const [first, again] = [await ask("POST", path, body, headers), await ask("POST", path, body, headers)];
    expect(first.status).toBeLessThan(300);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  }
  const headers = { "idempotency-key": "old" };
  const route = { alias: "old", targets: [{ model: "demo/echo" }] };
  expect((await ask("POST", "/api/routes", route, headers)).status).toBe(201);
  using byHand = new Database(join(running.dataDir, "config.sqlite"));
  byHand.run("UPDATE kept_answers SET at_ms = at_ms - 86400000");
  expect((await ask("POST", "/api/routes", route, headers)).status).toBe(409);
  await ask("POST", "/api/routes", { ...route, alias: "new" }, { "idempotency-key": "new" });
  expect(byHand.query("SELECT count(*) AS count FROM kept_answers").get()).toEqual({ count: 1 });
});
