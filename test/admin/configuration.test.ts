import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkConfigFile } from "#config/check";
import { type RunningControl, runControl } from "./running-control";

const secret = "sk-literal-secret-0001";
const environment = { MAIN_KEY: "sk-of-the-environment-0001" };

async function fill({ ask }: RunningControl): Promise<void> {
  const post = async (path: string, body: object) => expect((await ask("POST", path, body)).status).toBe(201);
  await post("/api/providers", { id: "openai", models: [{ id: "m", price: { input: 1, output: 2 }, context: 10 }] });
  await post("/api/providers/openai/keys", { name: "main", value: "env:MAIN_KEY", weight: 3 });
  const own = { id: "own", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1", headers: { "x-proxy": secret } };
  await post("/api/providers", own);
  await post("/api/providers/own/keys", { name: "literal", value: secret, models: ["a*"] });
  await post("/api/routes", { alias: "smart", targets: [{ model: "openai/m", weight: 2 }], fallbacks: ["own/x"] });
  await post("/api/customers", { name: "acme", rate_limits: [{ concurrent: 5 }] });
  await post("/api/teams", { name: "search", customer: "acme", budgets: [{ limit_usd: "2.5", period: "1d" }] });
  await post("/api/limits", { name: "all", budgets: [{ limit_usd: 100, period: "1mo", mode: "warn" }] });
  await post("/api/virtual-keys", { name: "ci", team: "search", tags: { use: "tests" }, models: ["smart"] });
  expect(
    (await ask("PATCH", "/api/settings", { retention_days: 9, metrics_token: "a-metrics-token-of-tests" })).status,
  ).toBe(200);
}

async function yamlOf({ ask }: RunningControl): Promise<string> {
  const { status, body, headers } = await ask("GET", "/api/configuration");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toContain("application/yaml");
  return body;
}

test("the whole configuration goes out without a secret, passes check, and makes another instance the same", async () => {
  await using first = await runControl({ environment });
  await fill(first);
  const yaml = await yamlOf(first);
  for (const hidden of [secret, environment.MAIN_KEY, "a-metrics-token"]) expect(yaml).not.toContain(hidden);
  expect(yaml).toContain("env:MAIN_KEY");

  const directory = mkdtempSync(join(tmpdir(), "hg-configuration-"));
  const file = join(directory, "headgate.yaml");
  writeFileSync(file, yaml);
  expect(checkConfigFile(file, environment)).toMatchObject({ ok: true });
  rmSync(directory, { recursive: true });

  await using second = await runControl({ environment });
  const before = await yamlOf(second);
  const { status, body } = await second.ask("POST", "/api/configuration/apply", { yaml, remove: true });
  expect(status).toBe(200);
  expect(body.virtual_keys.map(({ name }: { name: string }) => name)).toEqual(["ci"]);
  expect(await yamlOf(second)).toBe(yaml);
  expect(before).not.toBe(yaml);
  const shown = await second.ask("GET", "/api/providers/own/keys");
  expect(shown.body.data).toMatchObject([{ name: "literal", usable: false, models: ["a*"] }]);
  expect(second.snapshot().providers.get("openai")?.keys).toMatchObject([{ weight: 3 }]);
  expect(second.snapshot().routes.has("smart")).toBe(true);
  const again = await second.ask("POST", "/api/configuration/compare", { yaml });
  expect(again.body).toEqual({ valid: true, errors: [], changes: [] });
  const key = await second.ask("GET", "/api/virtual-keys/ci");
  expect(key.body).toMatchObject({ team: "search", tags: { use: "tests" } });
});

test("a comparison says what would be added, changed and removed, and shows no secret", async () => {
  await using running = await runControl({ environment });
  await fill(running);
  const yaml = (await yamlOf(running))
    .replace("retention_days: 9", "retention_days: 10")
    .replace("weight: 3", "weight: 4")
    .replace('value: ""', "value: sk-another-literal-0002")
    .replace("alias: smart", "alias: clever");
  const { body } = await running.ask("POST", "/api/configuration/compare", { yaml });
  expect(JSON.stringify(body)).not.toContain("sk-");
  expect(body.changes).toEqual([
    {
      section: "settings",
      name: "retention_days",
      change: "changed",
      fields: [{ field: "value", from: "9", to: "10" }],
    },
    {
      section: "provider_keys",
      name: "openai/main",
      change: "changed",
      fields: [{ field: "weight", from: "3", to: "4" }],
    },
    { section: "provider_keys", name: "own/literal", change: "changed", fields: [{ field: "value", secret: true }] },
    expect.objectContaining({ section: "routes", name: "smart", change: "removed" }),
    expect.objectContaining({ section: "routes", name: "clever", change: "added" }),
  ]);

  const kept = await running.ask("POST", "/api/configuration/apply", { yaml });
  expect(kept.status).toBe(200);
  expect([...running.snapshot().routes.keys()]).toEqual(["smart", "clever"]);
  const own = running.snapshot().providers.get("own");
  expect(own?.keys[0]?.secret).toBe("sk-another-literal-0002");
  expect(own?.headers["x-proxy"]).toBe(secret);
  await running.ask("POST", "/api/configuration/apply", { yaml, remove: true });
  expect([...running.snapshot().routes.keys()]).toEqual(["clever"]);
  const { body: audit } = await running.ask("GET", "/api/audit?action=config.apply");
  expect(audit.data[0].changes).toEqual({ routes: { smart: "removed" } });
  expect(JSON.stringify(audit)).not.toContain("sk-another");
});

test("what is wrong in a text is said by its place, and nothing of it is applied", async () => {
  await using running = await runControl();
  const yaml = "teams: [{ name: good }]\nroutes: [{ alias: a }]\n";
  const compared = await running.ask("POST", "/api/configuration/compare", { yaml });
  expect(compared.body).toMatchObject({ valid: false, errors: [expect.stringMatching(/^pasted:2:.*targets/)] });
  expect((await running.ask("POST", "/api/configuration/apply", { yaml })).status).toBe(400);
  const unset = "teams: [{ name: good }]\nproviders: { openai: { keys: [{ name: k, value: 'env:NOT_SET' }] } }\n";
  const applied = await running.ask("POST", "/api/configuration/apply", { yaml: unset });
  expect(applied).toMatchObject({ status: 400, body: { detail: expect.stringContaining("NOT_SET is not set") } });
  expect((await running.ask("GET", "/api/teams")).body.data).toEqual([]);
});

test("what the configuration file declares is left alone where it is the same, and refused where it is not", async () => {
  const config = "teams: [{ name: search }]\nprices: [{ model: 'm*', price: { input: 1, output: 2 } }]\n";
  await using running = await runControl({ config });
  const yaml = await yamlOf(running);
  expect((await running.ask("POST", "/api/configuration/compare", { yaml })).body.changes).toEqual([]);
  const changed = `${yaml}\n`.replace("name: search", "name: search\n    customer: acme");
  const compared = await running.ask("POST", "/api/configuration/compare", { yaml: changed });
  expect(compared.body.changes).toMatchObject([{ section: "teams", name: "search", refused: expect.any(String) }]);
  const applied = await running.ask("POST", "/api/configuration/apply", { yaml: changed });
  expect(applied).toMatchObject({ status: 409, body: { detail: expect.stringContaining("change it there") } });
});
