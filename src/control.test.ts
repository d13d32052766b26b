import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { channelProtocol } from "#channel/release";
import { connectSnapshot, type SnapshotClient } from "#channel/snapshot-client";
import type { ProcessOptions } from "#config/process-options";
import { createIdSource } from "#core/ids";
import { noUsage } from "#core/usage";
import { hashSecret } from "#core/virtual-key";
import { openJournal } from "#journal/append";
import { openLedger } from "#ledger/open-ledger";
import { prepareLedger } from "#ledger/prepare-ledger";
import type { Log } from "#telemetry/log";
import { waitUntil } from "../test/harness/wait-until";
import { type Control, type ControlHooks, startControl } from "./control";

const canary = "sk-canary-5f3a9c17d2";
const adminToken = "hga-test-canary-admin-token";

type Logged = { readonly lines: string[]; readonly log: Log };

function recordingLog(): Logged {
  const lines: string[] = [];
  const line = (fields: object, message: string) => {
    const plain = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? "") : value,
    ]);
    lines.push(JSON.stringify({ ...Object.fromEntries(plain), message }));
  };
  return { lines, log: { debug: line, info: line, warn: line, error: line } };
}

function makeOptions(dataDir: string): ProcessOptions {
  mkdirSync(join(dataDir, "journal"), { recursive: true });
  const ledgerFile = join(dataDir, "ledger");
  prepareLedger(ledgerFile, { workers: 1, generation: 1 });
  return {
    role: "control",
    generation: 1,
    dataDir,
    host: "127.0.0.1",
    port: 8080,
    workers: 1,
    logLevel: "info",
    drainTimeoutMs: 1000,
    sockets: {
      control: join(dataDir, "c.sock"),
      snapshot: join(dataDir, "s.sock"),
      supervisor: join(dataDir, "v.sock"),
    },
    ledgerFile,
    journalDir: join(dataDir, "journal"),
  };
}

class Bench {
  readonly dataDir = mkdtempSync(join(tmpdir(), "hg-control-"));
  readonly logged = recordingLog();
  readonly options = makeOptions(this.dataDir);
  readonly configFile = join(this.dataDir, "headgate.yaml");
  readonly answers: string[] = [];
  control: Control | undefined;
  client: SnapshotClient | undefined;

  async start(hooks: ControlHooks = {}, config?: string, more: Partial<ProcessOptions> = {}): Promise<void> {
    if (config !== undefined) writeFileSync(this.configFile, config);
    const file = config === undefined ? {} : { configFile: this.configFile };
    const options = { ...this.options, ...file, ...more };
    this.control = await startControl(options, this.logged.log, {
      environment: { HEADGATE_ADMIN_TOKEN: adminToken },
      checkResponses: true,
      ...hooks,
    });
    const first = Promise.withResolvers<void>();
    this.client = connectSnapshot({
      socket: this.options.sockets.snapshot,
      worker: 0,
      generation: 1,
      release: { version: "test", protocol: channelProtocol },
      onSnapshot: () => first.resolve(),
      log: this.logged.log,
    });
    await first.promise;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`http://localhost${path}`, {
      unix: this.options.sockets.control,
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    this.answers.push(text, JSON.stringify([...response.headers]));
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  snapshot() {
    const snapshot = this.client?.current();
    if (snapshot === undefined) throw new Error("no snapshot");
    return snapshot;
  }

  async stop(): Promise<void> {
    this.client?.close();
    await this.control?.close();
    this.client = undefined;
    this.control = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  filesHolding(secret: string): readonly string[] {
    const names = readdirSync(this.dataDir, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return files.filter((file) => readFileSync(file).includes(secret));
  }
}

const benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.remove();
});
function newBench(): Bench {
  const bench = new Bench();
  benches.push(bench);
  return bench;
}

const forwarded = { "x-headgate-forwarded": "1" };
const asAdmin = { ...forwarded, authorization: `Bearer ${adminToken}` };

describe("startControl() with settings that weaken sessions", () => {
  test("says so at the start", async () => {
    const bench = newBench();
    await bench.start({}, "settings: { insecure_sessions: true }");
    expect(bench.logged.lines.join("\n")).toContain("settings.insecure_sessions");
  });
});

describe("startControl() on a first start", () => {
  test("shows an admin token and a virtual key that both work, and switches providers on", async () => {
    const bench = newBench();
    const shown: string[] = [];
    await bench.start({ environment: { OPENAI_API_KEY: canary }, showOnTerminal: (lines) => shown.push(...lines) });
    const text = shown.join("\n");
    const token = /hga-\w+/.exec(text)?.[0] ?? "";
    const key = /hg-\w+/.exec(text)?.[0] ?? "";
    expect(text).toContain("curl http://localhost:8080/v1/chat/completions");
    const [, code = ""] = /http:\/\/localhost:8080\/ui\/#code=([\w-]{43}) /.exec(text) ?? [];
    expect(bench.logged.lines.join()).not.toContain(code);
    expect(bench.filesHolding(code)).toEqual([]);
    expect(bench.snapshot().virtualKeys.get(hashSecret(key))?.name).toBe("default");
    expect([...bench.snapshot().providers.keys()]).toEqual(["openai", "demo"]);
    expect(bench.snapshot().providers.get("openai")?.keys[0]?.secret).toBe(canary);
    const answer = await bench.ask("GET", "/api/providers", undefined, {
      ...forwarded,
      authorization: `Bearer ${token}`,
    });
    expect(answer.status).toBe(200);
    expect(bench.logged.lines.join()).not.toContain(token);
    expect(bench.filesHolding(token)).toEqual([]);
    expect(bench.filesHolding(key)).toEqual([]);
  });

  test("writes them to a 0600 file without a terminal, once", async () => {
    const bench = newBench();
    await bench.start({ environment: {} });
    const file = join(bench.dataDir, "first-start.txt");
    const text = readFileSync(file, "utf8");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(bench.logged.lines.join()).toContain("first-start.txt");
    await bench.stop();
    await bench.start({ environment: {} });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("switches a later variable on, and leaves a deleted provider deleted", async () => {
    const bench = newBench();
    await bench.start({ environment: { OPENAI_API_KEY: canary } });
    expect((await bench.ask("DELETE", "/api/providers/openai")).status).toBe(204);
    await bench.stop();
    await bench.start({ environment: { OPENAI_API_KEY: canary, GROQ_API_KEY: "sk-groq-canary" } });
    expect([...bench.snapshot().providers.keys()]).toEqual(["demo", "groq"]);
  });
});

describe("startControl() and its errors", () => {
  test("refuses a wrong file, an unset variable and a wrong master key in one line each, and leaves nothing open", async () => {
    const bench = newBench();
    const start = (environment: Record<string, string>, config?: string) => bench.start({ environment }, config);
    await expect(start({}, "setings: {}")).rejects.toThrow(
      'headgate.yaml:1:1: setings: unknown key, did you mean "settings"?',
    );
    await expect(start({}, "providers: { openai: { keys: [{ name: a, value: 'env:NOPE' }] } }")).rejects.toThrow(
      "environment variable NOPE is not set",
    );
    await start({ HEADGATE_MASTER_KEY: "a".repeat(64) });
    await bench.stop();
    await expect(start({ HEADGATE_MASTER_KEY: "b".repeat(64) })).rejects.toThrow(
      "is not the one they were stored with",
    );
    await start({ HEADGATE_MASTER_KEY: "a".repeat(64) });
    await bench.stop();
    for (const guessed of ["x", "1234567"]) {
      await expect(start({ HEADGATE_MASTER_KEY: "a".repeat(64), HEADGATE_ADMIN_TOKEN: guessed })).rejects.toThrow(
        `Cannot use HEADGATE_ADMIN_TOKEN: it has ${guessed.length} characters, at least 8 are needed`,
      );
    }
  });
});

describe("admin API", () => {
  const bench = new Bench();
  beforeAll(() => bench.start());
  afterAll(() => bench.remove());

  test("lets the socket in, and what a worker forwards with the admin token only", async () => {
    expect((await bench.ask("GET", "/api/settings")).status).toBe(200);
    expect((await bench.ask("GET", "/api/settings", undefined, asAdmin)).status).toBe(200);
    for (const path of ["/api/settings", "/api/nothing", "/metrics", "/api/logs"]) {
      const refused = await bench.ask("GET", path, undefined, forwarded);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("content-type")).toBe("application/problem+json");
      expect((await bench.ask("GET", path, undefined, { ...forwarded, authorization: "Bearer wrong" })).status).toBe(
        401,
      );
    }
    expect(statSync(bench.options.sockets.control).mode & 0o777).toBe(0o600);
  });

  test("has a new virtual key on the worker when the call returns, and takes it away the same way", async () => {
    const created = await bench.ask("POST", "/api/virtual-keys", {
      name: "ci",
      models: ["demo/*"],
      expires_at: "2099-01-01",
    });
    expect(created.status).toBe(201);
    const hash = hashSecret(created.body.value);
    const key = bench.snapshot().virtualKeys.get(hash);
    expect(key).toMatchObject({ name: "ci", models: ["demo/*"], active: true, expiresAtMs: Date.UTC(2099, 0) });
    const path = `/api/virtual-keys/${created.body.id}`;
    const shown = await bench.ask("GET", path);
    expect(shown.body).toMatchObject({ name: "ci", hint: created.body.value.slice(0, 8), read_only: false });
    expect(shown.body.value).toBeUndefined();

    expect((await bench.ask("PATCH", path, { active: false, models: null })).body).toMatchObject({
      active: false,
      models: ["*"],
    });
    expect(bench.snapshot().virtualKeys.get(hash)).toMatchObject({ active: false, models: ["*"] });
    expect((await bench.ask("POST", "/api/virtual-keys", { name: "ci" })).status).toBe(409);
    expect((await bench.ask("DELETE", "/api/virtual-keys/ci")).status).toBe(204);
    expect(bench.snapshot().virtualKeys.has(hash)).toBe(false);
    expect((await bench.ask("DELETE", path)).status).toBe(409);
    const second = await bench.ask("POST", "/api/virtual-keys", { name: "ci" });
    expect(second.status).toBe(201);
    const slot = bench.snapshot().virtualKeys.get(hashSecret(second.body.value))?.slot;
    expect(slot?.tag).not.toBe(key?.slot.tag);
  });

  test("pages virtual keys", async () => {
    for (const name of ["p1", "p2", "p3"]) await bench.ask("POST", "/api/virtual-keys", { name });
    const names: string[] = [];
    let after = "";
    for (;;) {
      const { body } = await bench.ask("GET", `/api/virtual-keys?limit=2${after}`);
      expect(body.data.length).toBeLessThanOrEqual(2);
      names.push(...body.data.map((key: { name: string }) => key.name));
      if (!body.has_more) break;
      after = `&after=${body.next}`;
    }
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain("p1");
    expect(names).toContain("p3");
  });

  test("names fields that it does not know or cannot use", async () => {
    const { status, body } = await bench.ask("POST", "/api/virtual-keys", { name: "x", modles: ["a"], active: "yes" });
    expect(status).toBe(400);
    expect(body.detail).toContain('"modles" unknown key, did you mean "models"?');
    expect(body.errors).toContainEqual({ field: "active", detail: "must be true or false, found a string" });
    expect((await bench.ask("GET", "/api/logs?limt=3")).body.detail).toContain('did you mean "limit"');
    expect((await bench.ask("GET", "/api/settings?x=1")).status).toBe(400);
    expect((await bench.ask("PATCH", "/api/settings", { auth: "off" })).status).toBe(400);
    expect((await bench.ask("DELETE", "/api/settings")).headers.get("allow")).toBe("GET, PATCH");
  });

  test("adds a provider and keys whose secret is never shown", async () => {
    const provider = {
      id: "local",
      dialect: "openai-chat",
      base_url: "http://127.0.0.1:9100/v1",
      headers: { "x-a": canary },
    };
    expect((await bench.ask("POST", "/api/providers", provider)).status).toBe(201);
    expect(bench.snapshot().providers.get("local")).toMatchObject({
      auth: "none",
      dialects: [{ paths: { completion: { whole: "/chat/completions" } } }],
    });
    const key = await bench.ask("POST", "/api/providers/local/keys", { name: "main", value: canary, weight: 2 });
    expect(key.body).toMatchObject({ name: "main", weight: 2, usable: true });
    expect(bench.snapshot().providers.get("local")).toMatchObject({ auth: "bearer", keys: [{ secret: canary }] });
    const changed = await bench.ask("PATCH", `/api/providers/local/keys/${key.body.id}`, { weight: 5 });
    expect(changed.body).toMatchObject({ weight: 5 });
    expect(bench.snapshot().providers.get("local")?.keys[0]).toMatchObject({ secret: canary, weight: 5 });
    await bench.ask("GET", "/api/providers");
    await bench.ask("GET", "/api/providers/local/keys");

    for (const base_url of ["http://169.254.169.254/", "http://[::ffff:a9fe:a9fe]/", "http://10.0.0.1", "ftp://x"]) {
      expect((await bench.ask("PATCH", "/api/providers/local", { base_url })).status).toBe(400);
    }
    expect((await bench.ask("POST", "/api/providers", { id: "mine" })).body.detail).toContain("set dialect");
    for (const value of ["file:/etc/passwd", "env:HEADGATE_ADMIN_TOKEN", "env:NOT_THERE"]) {
      expect((await bench.ask("POST", "/api/providers/local/keys", { name: "r", value })).status).toBe(400);
    }
  });

  test("creates, changes and removes a route", async () => {
    await bench.ask("POST", "/api/routes", { alias: "smart", targets: [{ model: "demo/echo" }] });
    expect(bench.snapshot().routes.get("smart")).toEqual({
      alias: "smart",
      targets: [{ model: "demo/echo", weight: 1 }],
      fallbacks: [],
    });
    await bench.ask("PATCH", "/api/routes/smart", { fallbacks: ["local/x"] });
    expect(bench.snapshot().routes.get("smart")?.fallbacks).toEqual(["local/x"]);
    const models = await bench.ask("GET", "/api/models?limit=1");
    expect(models.body.data).toEqual([{ id: "smart", targets: ["demo/echo"] }]);
    await bench.ask("DELETE", "/api/routes/smart");
    expect(bench.snapshot().routes.size).toBe(0);
  });

  test("changes settings, and the metrics token opens metrics alone", async () => {
    const token = "metrics-canary-token";
    const { body } = await bench.ask("PATCH", "/api/settings", { retention_days: 7, metrics_token: token });
    expect(body).toMatchObject({ retention_days: 7, metrics_token_set: true, auth: "required" });
    expect(bench.snapshot().settings.retentionDays).toBe(7);
    const headers = { ...forwarded, authorization: `Bearer ${token}` };
    const metrics = await bench.ask("GET", "/metrics", undefined, headers);
    expect(metrics.status).toBe(200);
    expect(metrics.body).toContain("# TYPE headgate_");
    expect((await bench.ask("GET", "/api/settings", undefined, headers)).status).toBe(401);
    expect(bench.answers.join()).not.toContain(token);
  });

  test("shows a virtual key to its holder and to nobody else", async () => {
    const { body } = await bench.ask("POST", "/api/virtual-keys", { name: "holder", team: "t" });
    const me = await bench.ask("GET", "/api/me", undefined, { ...forwarded, authorization: `Bearer ${body.value}` });
    expect(me.body).toMatchObject({ name: "holder", team: "t", usage: { requests: 0, running: 0 } });
    expect((await bench.ask("GET", "/api/me", undefined, forwarded)).status).toBe(401);
    expect(
      (await bench.ask("GET", "/api/virtual-keys", undefined, { ...forwarded, "x-api-key": body.value })).status,
    ).toBe(401);
  });

  test("describes itself", async () => {
    const { body } = await bench.ask("GET", "/api/openapi.json", undefined, forwarded);
    expect(Object.keys(body.paths)).toContain("/api/virtual-keys/{id}");
    const { $ref } = body.paths["/api/virtual-keys"].post.requestBody.content["application/json"].schema;
    const post = body.components.schemas[$ref.split("/").at(-1)];
    expect(post.required).toEqual(["name"]);
    expect(post.additionalProperties).toBe(false);
    expect((await bench.ask("GET", "/api/config-schema.json", undefined, forwarded)).body.type).toBe("object");
    expect((await bench.ask("GET", "/readyz", undefined, forwarded)).body).toMatchObject({ ready: true, reasons: [] });
    expect((await bench.ask("GET", "/api/logs")).body).toEqual({ data: [], has_more: false });
  });

  test("replaces no admin token that the environment sets", async () => {
    expect((await bench.ask("POST", "/api/admin/reset-token")).status).toBe(409);
  });

  test("keeps canaries out of answers, logs and files", () => {
    expect(bench.answers.join()).not.toContain(canary);
    expect(bench.logged.lines.join()).not.toContain(canary);
    expect(bench.answers.join()).not.toContain(adminToken);
    expect(bench.logged.lines.join()).not.toContain(adminToken);
    for (const secret of [canary, adminToken, "metrics-canary-token"]) expect(bench.filesHolding(secret)).toEqual([]);
  });
});

test("reset-token makes a new admin token and ends the old one", async () => {
  const bench = newBench();
  await bench.start({ environment: {} });
  const { body } = await bench.ask("POST", "/api/admin/reset-token");
  const withToken = (token: string) =>
    bench.ask("GET", "/api/settings", undefined, { ...forwarded, authorization: `Bearer ${token}` });
  expect((await withToken(body.token)).status).toBe(200);
  const second = await bench.ask("POST", "/api/admin/reset-token");
  expect((await withToken(body.token)).status).toBe(401);
  expect((await withToken(second.body.token)).status).toBe(200);
});

describe("records", () => {
  test("come from the journal into /api/logs, and fill a ledger that was lost", async () => {
    const bench = newBench();
    await bench.start();
    const { body: key } = await bench.ask("POST", "/api/virtual-keys", { name: "used" });
    const slot = bench.snapshot().virtualKeys.get(hashSecret(key.value))?.slot ?? { index: -1, tag: -1 };
    const ids = await serveRequests(bench, { keyId: key.id, slot: slot.index, tag: slot.tag });

    // Bodies come in a file of their own and may be ingested after their record.
    const shown = await until(
      () => bench.ask("GET", `/api/logs/${ids[0]}`),
      ({ body }) => body.request !== undefined,
    );
    expect(shown.body).toMatchObject({ request: { text: '{"a":"ä"}', total_bytes: 10 } });
    const listed = await until(
      () => bench.ask("GET", "/api/logs"),
      ({ body }) => body.data.length === 3,
    );
    expect(listed.body.data.map((record: { id: string }) => record.id)).toEqual([...ids].reverse());
    expect(listed.body.data[0]).toMatchObject({
      request_id: "label",
      duration_ms: 5,
      cost_usd: "0.00000125",
      usage: { cache_write_1h: 0, input: 3 },
      attempts: [{ provider_key: "main" }],
      key_name: "used",
    });
    const page = await bench.ask("GET", "/api/logs?limit=2&order=oldest");
    expect(page.body).toMatchObject({ has_more: true, next: ids[1] });
    const rest = await bench.ask("GET", `/api/logs?order=oldest&after=${page.body.next}`);
    expect(rest.body.data.map((record: { id: string }) => record.id)).toEqual([ids[2]]);
    expect((await bench.ask("GET", "/api/logs?to=2020-01-01")).body.data).toEqual([]);
    expect((await bench.ask("GET", "/api/logs/nope")).status).toBe(404);
    const me = () => bench.ask("GET", "/api/me", undefined, { authorization: `Bearer ${key.value}` });
    expect((await me()).body.usage).toEqual({ requests: 3, running: 0 });

    await bench.stop();
    rmSync(bench.options.ledgerFile);
    prepareLedger(bench.options.ledgerFile, { workers: 1, generation: 2 });
    await bench.start();
    expect((await me()).body.usage).toEqual({ requests: 3, running: 0 });
  });
});

/** Asks again until the answer is the wanted one. */
function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  return waitUntil(wanted.toString(), async () => {
    const answer = await ask();
    return wanted(answer) && answer;
  });
}

/** What a worker does for three requests: hold, journal, settle. */
async function serveRequests(
  bench: Bench,
  key: { readonly keyId: string; readonly slot: number; readonly tag: number },
) {
  const ledger = openLedger(bench.options.ledgerFile, { worker: 0, generation: 1 });
  const journal = await openJournal({
    directory: bench.options.journalDir,
    generation: 1,
    worker: 0,
    durability: "process",
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const newId = createIdSource(Date.now);
  const ids = [newId(), newId(), newId()].sort();
  for (const id of ids) {
    const charges = [{ slot: key.slot, tag: key.tag, period: 0, amount: 1 }];
    const held = ledger.reserve(id, charges);
    const claim = journal.claim();
    if (!held.ok || claim === undefined) throw new Error("Cannot start a request");
    journal.appendContent(id, { request: new TextEncoder().encode('{"a":"ä"}') });
    await journal.append(claim, {
      id,
      requestId: "label",
      startedAtMs: Number.parseInt(id.slice(0, 12), 16),
      durationMs: 5,
      upstreamMs: 4,
      worker: 0,
      dialect: "openai-chat",
      endpoint: "chat.completions",
      keyId: key.keyId,
      keyName: "used",
      attempts: [{ provider: "demo", model: "echo", providerKey: "main", durationMs: 1 }],
      stream: false,
      status: 200,
      outcome: "ok",
      usage: { ...noUsage, input: 3 },
      cost: 1250,
      charges,
      requestBytes: 10,
      responseBytes: 10,
    });
    ledger.settle(held.hold, charges);
  }
  await journal.close();
  ledger.close();
  return ids;
}

test("--admin-listen serves the admin API on a port of its own, with the token only", async () => {
  const bench = newBench();
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const port = probe.port ?? 0;
  await probe.stop(true);
  await bench.start({}, undefined, { adminListen: { host: "127.0.0.1", port } });
  const url = `http://127.0.0.1:${port}/api/settings`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${adminToken}` } })).status).toBe(200);
});

describe("configuration file", () => {
  const config = `
settings: { retention_days: 3 }
providers:
  openai: { keys: [{ name: main, value: "env:KEY_ONE" }] }
virtual_keys:
  - { name: ci, value: "env:CI_KEY", budgets: [{ limit_usd: 1, period: 1m }] }
  - { name: made, models: ["nobody/*"] }
routes: [{ alias: smart, targets: [{ model: openai/gpt-4o }] }]
`;
  const environment = { KEY_ONE: canary, CI_KEY: "ci-canary-secret", HEADGATE_ADMIN_TOKEN: adminToken };

  test("is merged over the store, read-only, and warned about", async () => {
    const bench = newBench();
    await bench.start({ environment }, config);
    const { providers, virtualKeys, settings, routes } = bench.snapshot();
    expect([...providers.keys()]).toEqual(["openai", "demo"]);
    expect(providers.get("openai")?.keys[0]?.secret).toBe(canary);
    expect(virtualKeys.get(hashSecret("ci-canary-secret"))?.id).toBe("file:ci");
    expect(settings.retentionDays).toBe(3);
    expect(routes.get("smart")?.targets).toEqual([{ model: "openai/gpt-4o", weight: 1 }]);
    const warnings = bench.logged.lines.join();
    expect(warnings).toContain("period 1m means a minute");
    expect(warnings).toContain("matches no alias and no model of a provider here");
    for (const [method, path, body] of [
      ["DELETE", "/api/virtual-keys/ci", undefined],
      ["PATCH", "/api/virtual-keys/file:ci", { active: false }],
      ["DELETE", "/api/providers/openai", undefined],
      ["POST", "/api/providers/openai/keys", { name: "x", value: "y".repeat(20) }],
      ["DELETE", "/api/routes/smart", undefined],
      ["PATCH", "/api/settings", { retention_days: 9 }],
    ] as const) {
      const refused = await bench.ask(method, path, body);
      expect(refused.status).toBe(409);
      expect(refused.body.detail).toContain("the configuration file declares it");
    }
    const list = await bench.ask("GET", "/api/virtual-keys");
    expect(list.body.data.map((key: { name: string; source: string }) => [key.name, key.source])).toEqual([
      ["ci", "file"],
      ["made", "file"],
      ["default", "store"],
    ]);
    const made = /"made": {2}(hg-\w+)/.exec(readFileSync(join(bench.dataDir, "first-start.txt"), "utf8"))?.[1] ?? "";
    expect(bench.snapshot().virtualKeys.get(hashSecret(made))?.name).toBe("made");
    for (const secret of [canary, "ci-canary-secret"]) {
      expect(bench.answers.join()).not.toContain(secret);
      expect(bench.logged.lines.join()).not.toContain(secret);
      expect(bench.filesHolding(secret)).toEqual([]);
    }
  });

  test("reload() takes a new file and keeps the old one when it is wrong", async () => {
    const bench = newBench();
    await bench.start({ environment }, config);
    writeFileSync(
      bench.configFile,
      config.replace("retention_days: 3", "retention_days: 4").replace("name: ci", "name: ci2"),
    );
    expect(await bench.control?.reload()).toEqual({ ok: true });
    expect(bench.snapshot().settings.retentionDays).toBe(4);
    expect(bench.snapshot().virtualKeys.get(hashSecret("ci-canary-secret"))?.id).toBe("file:ci2");
    writeFileSync(bench.configFile, config.replace("retention_days: 3", "retention_days: x"));
    const failed = await bench.control?.reload();
    expect(failed).toMatchObject({ ok: false });
    expect(JSON.stringify(failed)).toContain("settings.retention_days: must be a number, found a string");
    expect(bench.snapshot().settings.retentionDays).toBe(4);
  });

  test("survives a restart with the same keys, slots and a greater sequence", async () => {
    const bench = newBench();
    await bench.start({ environment }, config);
    const created = await bench.ask("POST", "/api/virtual-keys", { name: "kept" });
    const before = bench.snapshot();
    await bench.stop();
    await bench.start({ environment }, config);
    const after = bench.snapshot();
    expect(after.sequence).toBeGreaterThan(before.sequence);
    expect(after.virtualKeys).toEqual(before.virtualKeys);
    expect(after.virtualKeys.has(hashSecret(created.body.value))).toBe(true);
  });
});

test("a budget that reaches a threshold is an event within moments, and its state is shown", async () => {
  const bench = newBench();
  await bench.start({}, "teams: [{ name: search, budgets: [{ limit_usd: 10, period: none }] }]");
  const budget = bench.snapshot().teams.get("search")?.limits[0];
  if (budget === undefined) throw new Error("no budget");
  const ledger = openLedger(bench.options.ledgerFile, { worker: 0, generation: 1 });
  const entry = { slot: budget.slot.index, tag: budget.slot.tag, period: 1, amount: 9_000_000_000 };
  const taken = ledger.reserve("0".repeat(32), [entry]);
  if (!taken.ok) throw new Error("no room");
  ledger.settle(taken.hold, [entry]);
  ledger.close();
  const { body } = await until(
    () => bench.ask("GET", "/api/events"),
    (answer) => answer.body.data.length > 0,
  );
  expect(body.data).toMatchObject([
    { type: "budget_threshold", scope: "team:search", threshold: 0.8, spent_usd: "9", limit_usd: "10" },
  ]);
  const spend = await bench.ask("GET", "/api/spend?scope=team:search");
  expect(spend.body).toMatchObject({ requests: 0, cost_usd: "0", budgets: [{ remaining_usd: "1" }] });
});
