import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminToken, from, type RunningControl, runControl } from "./running-control";

async function events(running: RunningControl, query = "limit=1000"): Promise<readonly Event[]> {
  return (await running.ask("GET", `/api/audit?${query}`)).body.data;
}

type Event = {
  readonly actor: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string; readonly name?: string };
  readonly changes: { readonly [field: string]: unknown };
  readonly client?: string;
};

test("every change of every resource is an event with its fields, and no secret is in any", async () => {
  await using running = await runControl();
  const { ask } = running;
  const canary = "sk-canary-of-the-audit-test";
  await ask("POST", "/api/virtual-keys", { name: "ci", value: `${canary}-virtual` });
  await ask("PATCH", "/api/virtual-keys/ci", { active: false, models: ["demo/*"] });
  await ask("POST", "/api/virtual-keys/ci/rotate", { grace: "1h", value: `${canary}-rotated` });
  await ask("DELETE", "/api/virtual-keys/ci");
  await ask("POST", "/api/providers", { id: "openai", headers: { "x-token": canary } });
  await ask("PATCH", "/api/providers/openai", { headers: { "x-token": `${canary}-2` }, timeouts: { connect_ms: 5 } });
  await ask("POST", "/api/providers/openai/keys", { name: "main", value: canary });
  await ask("PATCH", "/api/providers/openai/keys/main", { value: `${canary}-3`, weight: 2 });
  await ask("DELETE", "/api/providers/openai/keys/main");
  await ask("DELETE", "/api/providers/openai");
  await ask("POST", "/api/routes", { alias: "smart", targets: [{ model: "demo/echo" }] });
  await ask("PATCH", "/api/routes/smart", { fallbacks: ["demo/echo"] });
  await ask("DELETE", "/api/routes/smart");
  await ask("PATCH", "/api/settings", { retention_days: 7, metrics_token: `${canary}-metrics` });
  // Nothing changed, so nothing happened.
  await ask("POST", "/api/virtual-keys", { name: "x", modles: [] });
  await ask("DELETE", "/api/virtual-keys/nobody");

  const seen = (await events(running)).toReversed();
  expect(seen.filter(({ actor }) => actor === "first_start").map(({ action }) => action)).toEqual([
    "virtual_key.create",
    "provider.create",
  ]);
  const changes = seen.filter(({ actor }) => actor === "control_socket");
  expect(changes.map(({ action }) => action)).toEqual([
    "virtual_key.create",
    "virtual_key.update",
    "virtual_key.rotate",
    "virtual_key.revoke",
    "provider.create",
    "provider.update",
    "provider_key.create",
    "provider_key.update",
    "provider_key.delete",
    "provider.delete",
    "route.create",
    "route.update",
    "route.delete",
    "settings.update",
  ]);
  expect(changes[1]).toMatchObject({
    resource: { type: "virtual_key", name: "ci" },
    changes: { active: { to: false }, models: { to: ["demo/*"] } },
  });
  expect(changes[5]?.changes).toEqual({ headers: "changed", timeouts: { to: { connect_ms: 5 } } });
  expect(changes[7]?.changes).toEqual({ value: "changed", weight: { from: 1, to: 2 } });
  expect(changes[13]?.changes).toMatchObject({ retention_days: { to: 7 }, metrics_token: "changed" });
  expect(JSON.stringify(seen)).not.toContain(canary);
  expect((await ask("GET", "/api/audit/verify")).body).toMatchObject({ ok: true, events: seen.length });
  for (const name of readdirSync(running.dataDir).filter((file) => file.startsWith("config.sqlite")))
    expect(readFileSync(join(running.dataDir, name)).includes(canary)).toBe(false);
});

test("fifty changes at once make a straight chain, and paging shows each once", async () => {
  await using running = await runControl();
  const names = Array.from({ length: 50 }, (_, number) => `key-${number}`);
  const answers = await Promise.all(names.map((name) => running.ask("POST", "/api/virtual-keys", { name })));
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
  const { body } = await running.ask("GET", "/api/audit/verify");
  expect(body).toMatchObject({ ok: true, events: 52 });
  const positions: number[] = [];
  for (let after = ""; ; ) {
    const page = await running.ask("GET", `/api/audit?limit=20${after}`);
    positions.push(...page.body.data.map((event: { position: number }) => event.position));
    if (!page.body.has_more) break;
    after = `&after=${page.body.next}`;
  }
  expect(positions).toEqual(Array.from({ length: 52 }, (_, index) => 52 - index));
  const noted = await running.ask("GET", `/api/audit/verify?hash=${body.head.hash}`);
  expect(noted.body).toMatchObject({ ok: true, found: true });
  expect((await running.ask("GET", `/api/audit/verify?hash=${"0".repeat(64)}`)).body.ok).toBe(false);
});

test("sign-ins are noted once an address, refusals are counted, addresses come from trusted proxies alone", async () => {
  await using running = await runControl();
  const { ask } = running;
  for (let time = 0; time < 3; time++) await ask("GET", "/api/settings", undefined, from("192.0.2.1", adminToken));
  await ask("GET", "/api/settings", undefined, from("192.0.2.2", adminToken));
  const signIns = await events(running, "action=admin.sign_in");
  expect(signIns.map(({ client, actor }) => [client, actor])).toEqual([
    ["192.0.2.2", "admin_token"],
    ["192.0.2.1", "admin_token"],
  ]);

  const wrong = { ...from("198.51.100.1", "wrong"), "user-agent": "curl/8", "x-request-id": "mine" };
  for (let time = 0; time < 100; time++) expect((await ask("GET", "/api/x", undefined, wrong)).status).toBe(401);
  expect(await events(running, "action=admin.refused")).toMatchObject([
    {
      actor: "anonymous",
      client: "198.51.100.1",
      user_agent: "curl/8",
      request_id: "mine",
      resource: { type: "api", id: "/api/x" },
      changes: { method: "GET", status: 401 },
    },
  ]);

  const forwarded = { ...from("10.0.0.1", adminToken), "x-forwarded-for": "203.0.113.7" };
  await ask("GET", "/api/settings", undefined, forwarded);
  await ask("PATCH", "/api/settings", { trusted_proxies: ["10.0.0.0/8"] });
  await ask("GET", "/api/settings", undefined, forwarded);
  const clients = (await events(running, "action=admin.sign_in")).map(({ client }) => client);
  expect(clients.slice(0, 2)).toEqual(["203.0.113.7", "10.0.0.1"]);
  // Whoever reaches the control socket itself cannot say that it was somebody else.
  await ask("PATCH", "/api/settings", { retention_days: 3 }, { "x-headgate-peer": "1.2.3.4" });
  expect((await events(running, "action=settings.update"))[0]?.client).toBeUndefined();
});

test("a changed configuration file is an event: at a reload, and at a start with another one", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hg-admin-"));
  const config = 'virtual_keys: [{ name: a, value: "canary-secret-of-a-file" }]\nsettings: { retention_days: 3 }\n';
  try {
    {
      await using running = await runControl({ given: dataDir, config });
      await running.control.reload();
      expect(await events(running, "action=config.reload")).toMatchObject([
        { actor: "config_file", changes: { virtual_keys: { a: "added" }, settings: { retention_days: { to: 3 } } } },
      ]);
      writeFileSync(join(dataDir, "headgate.yaml"), `${config.replace("name: a,", "name: b,")}`.replace("3 }", "4 }"));
      await running.control.reload();
      const [reloaded, ...others] = await events(running, "action=config.reload");
      expect(reloaded?.changes).toEqual({
        virtual_keys: { a: "removed", b: "added" },
        settings: { retention_days: { from: 3, to: 4 } },
      });
      expect(others).toHaveLength(1);
      expect(JSON.stringify(await events(running))).not.toContain("canary-secret");
    }
    await using again = await runControl({ given: dataDir, config });
    expect(await events(again, "action=config.reload")).toHaveLength(3);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
