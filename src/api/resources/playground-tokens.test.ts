import { afterEach, beforeEach, expect, test } from "bun:test";
import { hashSecret } from "#core/virtual-key";
import { LimitBench } from "#limits/fixtures/limit-bench";

const minuteMs = 60_000;
const config =
  "virtual_keys: [{ name: ci, value: hg-a-secret-of-the-virtual-key, team: search, tags: { use_case: tests } }]";
let bench: LimitBench;

beforeEach(async () => {
  bench = new LimitBench();
  await bench.start(config);
});

afterEach(() => bench[Symbol.dispose]());

const keys = () => bench.running.configuration.content().virtualKeys;
const lend = (name: string) => bench.ask("POST", "/api/playground/tokens", { virtual_key: name });
const create = async (body: object) => (await bench.ask("POST", "/api/virtual-keys", body)).body;

async function lent(name: string): Promise<string> {
  const { status, body } = await lend(name);
  expect(status).toBe(201);
  return body.token;
}

test("POST /api/playground/tokens lends a virtual key for ten minutes: the same key, with tags", async () => {
  const key = await create({ name: "mine", budgets: [{ limit_usd: 1, period: "1d" }], allowed_ips: ["10.0.0.0/8"] });
  for (const [name, secret] of [
    ["ci", "hg-a-secret-of-the-virtual-key"],
    ["mine", key.value],
    [key.id, key.value],
  ] as const) {
    const { body } = await lend(name);
    expect(body.token).toMatch(/^hg-play-/);
    expect(body.expires_at).toBe(new Date(bench.nowMs + 10 * minuteMs).toISOString());
    const own = keys().get(hashSecret(secret));
    if (own === undefined) throw new Error("The key is not there");
    const tags = { ...own.tags, playground: "true", playground_user: "control_socket" };
    expect(keys().get(hashSecret(body.token))).toEqual({ ...own, tags, expiresAtMs: bench.nowMs + 10 * minuteMs });
  }
  const [event] = await bench.running.store.audit.list({ limit: 1 });
  expect(event?.event).toMatchObject({
    action: "playground_token.create",
    resource: { type: "virtual_key", name: "mine" },
  });
});

test("a lent token travels to the workers within the call, and no message keeps it in clear", async () => {
  const token = await lent("ci");
  const message = JSON.stringify(bench.published.at(-1));
  expect(message).toContain(hashSecret(token));
  expect(message).not.toContain(token);
  expect(bench.errors).toEqual([]);
});

test("a lent token ends with its time, which is no longer than the key's", async () => {
  const key = await create({ name: "short", expires_at: new Date(bench.nowMs + minuteMs).toISOString() });
  const [token, short] = [await lent("ci"), await lent("short")];
  expect(keys().get(hashSecret(short))?.expiresAtMs).toBe(bench.nowMs + minuteMs);
  bench.nowMs += 10 * minuteMs;
  expect([keys().has(hashSecret(token)), keys().has(hashSecret(short))]).toEqual([true, true]);
  const next = await lent("ci");
  expect([keys().has(hashSecret(token)), keys().has(hashSecret(short)), keys().has(hashSecret(next))]).toEqual([
    false,
    false,
    true,
  ]);
  expect((await lend(key.id)).status).toBe(409);
});

test("a lent token ends when its key is revoked, rotated or switched off, and not with other changes", async () => {
  const hashOf = async (name: string) => {
    const { id } = await create({ name });
    return { id, hash: hashSecret(await lent(name)) };
  };
  const [kept, revoked, rotated, off] = [
    await hashOf("kept"),
    await hashOf("revoked"),
    await hashOf("rotated"),
    await hashOf("off"),
  ];
  await bench.ask("DELETE", `/api/virtual-keys/${revoked.id}`);
  await bench.ask("POST", `/api/virtual-keys/${rotated.id}/rotate`, {});
  await bench.ask("PATCH", `/api/virtual-keys/${off.id}`, { active: false });
  await bench.ask("PATCH", `/api/virtual-keys/${kept.id}`, { models: ["demo/*"] });
  expect([keys().has(revoked.hash), keys().has(rotated.hash)]).toEqual([false, false]);
  expect([keys().get(off.hash)?.active, keys().get(kept.hash)?.models]).toEqual([false, ["demo/*"]]);
  await bench.load(config);
  expect(keys().has(kept.hash)).toBe(true);
  for (const { id } of [revoked, off]) expect((await lend(id)).status).toBe(409);
  expect((await lend("nobody")).status).toBe(404);
});

test("a lent token signs nobody in, and lends nothing", async () => {
  const token = await lent("ci");
  const ask = (path: string, headers: Record<string, string>, body: object) =>
    bench.running.handler(
      new Request(`http://localhost:8080${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
      { trusted: false, address: "127.0.0.1" },
    );
  expect((await ask("/api/sessions", {}, { token })).status).toBe(401);
  const bearer = { authorization: `Bearer ${token}` };
  expect((await ask("/api/playground/tokens", bearer, { virtual_key: "ci" })).status).toBe(401);
});
