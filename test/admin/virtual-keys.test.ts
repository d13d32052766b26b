import { expect, test } from "bun:test";
import { hashSecret } from "#core/virtual-key";
import { identify } from "#governance/identify";
import { runControl } from "./running-control";

const hourMs = 3_600_000;

test("rotation: both secrets are the same key until the grace ends, then the old one is expired_key", async () => {
  await using running = await runControl();
  const { ask, snapshot } = running;
  const { body: created } = await ask("POST", "/api/virtual-keys", { name: "ci", rate_limits: [{ concurrent: 3 }] });
  const before = Date.now();
  const { status, body: rotated } = await ask("POST", "/api/virtual-keys/ci/rotate", { grace: "1h" });
  expect(status).toBe(200);
  expect(rotated).toMatchObject({ id: created.id, name: "ci" });
  expect(rotated.value).not.toBe(created.value);
  const [old, fresh] = [created.value, rotated.value].map((secret) => snapshot().virtualKeys.get(hashSecret(secret)));
  const { expiresAtMs = 0, ...same } = old ?? {};
  expect(same).toEqual({ ...fresh });
  expect(expiresAtMs).toBeGreaterThanOrEqual(before + hourMs);
  expect(identify(created.value, snapshot(), expiresAtMs - 1)?.id).toBe(created.id);
  expect(() => identify(created.value, snapshot(), expiresAtMs)).toThrow(/expired/);
  expect(identify(rotated.value, snapshot(), expiresAtMs)?.id).toBe(created.id);
  const shown = (await ask("GET", "/api/virtual-keys/ci")).body;
  expect(shown).toMatchObject({ hint: rotated.value.slice(0, 8) });
  expect(Date.parse(shown.previous_secret_until)).toBe(expiresAtMs);
  expect(JSON.stringify(shown)).not.toContain(rotated.value);

  // A second rotation within the grace ends the oldest at once.
  const { body: third } = await ask("POST", "/api/virtual-keys/ci/rotate", { grace: "1d" });
  expect(snapshot().virtualKeys.has(hashSecret(created.value))).toBe(false);
  expect(identify(rotated.value, snapshot(), Date.now())?.id).toBe(created.id);
  // A change of the key is one of both.
  await ask("PATCH", "/api/virtual-keys/ci", { team: "moved" });
  for (const secret of [rotated.value, third.value])
    expect(snapshot().virtualKeys.get(hashSecret(secret))?.team).toBe("moved");
  // Revocation ends all.
  expect((await ask("DELETE", "/api/virtual-keys/ci")).status).toBe(204);
  for (const secret of [created.value, rotated.value, third.value])
    expect(() => identify(secret, snapshot(), Date.now())).toThrow(/not known/);
  expect((await ask("POST", "/api/virtual-keys/ci/rotate")).status).toBe(404);
  expect((await ask("POST", `/api/virtual-keys/${created.id}/rotate`)).status).toBe(409);
});

test("rotation without grace ends the old secret at once; a secret in use is refused", async () => {
  await using running = await runControl();
  const { ask, snapshot } = running;
  const { body: created } = await ask("POST", "/api/virtual-keys", { name: "ci", expires_at: "2099-01-01" });
  const value = "a-secret-of-my-own-1";
  const { body: rotated } = await ask("POST", "/api/virtual-keys/ci/rotate", { value });
  expect(rotated.value).toBe(value);
  expect(() => identify(created.value, snapshot(), Date.now())).toThrow(/expired/);
  expect(identify(value, snapshot(), Date.now())?.expiresAtMs).toBe(Date.UTC(2099, 0));
  const me = (secret: string) => ask("GET", "/api/me", undefined, { authorization: `Bearer ${secret}` });
  expect([(await me(created.value)).status, (await me(value)).status]).toEqual([401, 200]);
  expect((await ask("POST", "/api/virtual-keys/ci/rotate", { value })).status).toBe(409);
  expect((await ask("POST", "/api/virtual-keys", { name: "b", value: created.value })).status).toBe(409);
  // Those of revoked keys stay dead.
  await ask("POST", "/api/virtual-keys", { name: "gone", value: "a-secret-of-my-own-2" });
  await ask("DELETE", "/api/virtual-keys/gone");
  const dead = { value: "a-secret-of-my-own-2" };
  expect((await ask("POST", "/api/virtual-keys", { name: "b", ...dead })).status).toBe(409);
  expect((await ask("POST", "/api/virtual-keys/ci/rotate", dead)).status).toBe(409);
  expect((await ask("POST", "/api/virtual-keys/ci/rotate", { grace: "soon" })).body.detail).toContain(
    '"grace" must be',
  );
});

test("rotated secrets survive a restart", async () => {
  await using running = await runControl();
  const { body: created } = await running.ask("POST", "/api/virtual-keys", { name: "ci" });
  await running.ask("POST", "/api/virtual-keys/ci/rotate", { grace: "1mo" });
  const before = running.snapshot().virtualKeys;
  await running.control.close();
  await using again = await runControl({ given: running.dataDir });
  expect(new Map(again.snapshot().virtualKeys)).toEqual(new Map(before));
  expect(identify(created.value, again.snapshot(), Date.now())?.id).toBe(created.id);
});

test("GET /api/virtual-keys filters by team, customer, tag and text, also those of the file", async () => {
  const config = `
teams: [{ name: search, customer: acme }]
virtual_keys: [{ name: from-file, value: "a-secret-of-the-file", team: search, tags: { use: tests } }]
`;
  await using running = await runControl({ config });
  const { ask } = running;
  await ask("POST", "/api/virtual-keys", { name: "a%", team: "search", tags: { use: "tests", "odd'.\"name": "x" } });
  await ask("POST", "/api/virtual-keys", { name: "b", team: "ads", customer: "acme", tags: { use: "chat" } });
  await ask("POST", "/api/virtual-keys", { name: "c", team: "search", customer: "other" });
  const names = async (query: string) => {
    const { body } = await ask("GET", `/api/virtual-keys?${query}`);
    return body.data.map(({ name }: { name: string }) => name);
  };
  expect(await names("team=search")).toEqual(["from-file", "a%", "c"]);
  expect(await names("customer=acme")).toEqual(["from-file", "a%", "b"]);
  expect(await names("customer=other")).toEqual(["c"]);
  expect(await names("tag=use:tests")).toEqual(["from-file", "a%"]);
  expect(await names("tag=use")).toEqual(["from-file", "a%", "b"]);
  expect(await names(`tag=${encodeURIComponent("odd'.\"name:x")}`)).toEqual(["a%"]);
  expect(await names("tag=use:tests&team=ads")).toEqual([]);
  expect(await names(`search=${encodeURIComponent("%")}`)).toEqual(["a%"]);
  expect(await names("search=FROM")).toEqual(["from-file"]);
  expect((await ask("GET", "/api/virtual-keys?search=")).status).toBe(400);
});

test("GET /api/virtual-keys tells keys apart by their state, also those of the file", async () => {
  const config = `
virtual_keys:
  - { name: from-file, value: "a-secret-of-the-file" }
  - { name: old-file, value: "another-secret-of-the-file", expires_at: 2001-01-01 }
`;
  await using running = await runControl({ config });
  const { ask } = running;
  const expired = "2001-01-01T12:00:00.5+02:00";
  await ask("POST", "/api/virtual-keys", { name: "on", active: true, expires_at: "2999-01-01" });
  await ask("POST", "/api/virtual-keys", { name: "off", active: false, expires_at: expired });
  await ask("POST", "/api/virtual-keys", { name: "late", expires_at: expired });
  await ask("POST", "/api/virtual-keys", { name: "gone" });
  await ask("DELETE", "/api/virtual-keys/gone");
  const names = async (state: string) => {
    const { body } = await ask("GET", `/api/virtual-keys?state=${state}`);
    return body.data.map(({ name }: { name: string }) => name);
  };
  expect(await names("active")).toEqual(["from-file", "default", "on"]);
  expect(await names("off")).toEqual(["off"]);
  expect(await names("expired")).toEqual(["old-file", "late"]);
  expect(await names("revoked")).toEqual(["gone"]);
});
