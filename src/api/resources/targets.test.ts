import { expect, test } from "bun:test";
import { newHealth } from "#core/health";
import type { Provider, SnapshotContent } from "#core/snapshot";
import { parseHealthName } from "#metrics/health-name";
import { compileSettings } from "#snapshot/compile";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { knownTargets } from "./configured-targets";
import { targetRoutes } from "./targets";

const local: Provider = {
  id: "local",
  baseUrl: "http://127.0.0.1:1/v1",
  auth: "bearer",
  dialects: [spoken("openai-chat")],
  headers: {},
  quirks: [],
  keys: [
    { id: "1", name: "main", secret: "s", weight: 1 },
    { id: "2", name: "spare", secret: "s", weight: 1, models: ["small*"] },
  ],
  timeouts: { connectMs: 1, headersMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
  retries: { max: 2, backoffInitialMs: 1, backoffMaxMs: 1 },
  models: new Map([["small-1", { id: "small-1" }]]),
  allowPrivateNetwork: false,
};
const content: SnapshotContent = {
  settings: compileSettings({}),
  virtualKeys: new Map(),
  teams: new Map(),
  customers: new Map(),
  limits: [],
  prices: [],
  providers: new Map([["local", local]]),
  routes: new Map([
    ["smart", { alias: "smart", targets: [{ model: "local/big", weight: 3 }], fallbacks: ["local/small-1"] }],
  ]),
};
const catalog = { find: () => undefined, lists: () => false, providersOf: () => [] };

test("parseHealthName() takes names of targets and of provider keys apart", () => {
  expect(parseHealthName("openai/gpt-4o#main")).toEqual({ provider: "openai", model: "gpt-4o", key: "main" });
  expect(parseHealthName("or/meta/llama#3#k")).toEqual({ provider: "or", model: "meta/llama#3", key: "k" });
  expect(parseHealthName("openai#a/b")).toEqual({ provider: "openai", key: "a/b" });
});

test("knownTargets() lists configured models and routes with every key that may be used, and what was used once", () => {
  const names = ["local/gone#old", "local#main", "local/big#main"];
  expect(
    knownTargets(content, catalog, names).map(({ name, configured, routes }) => [name, configured, routes]),
  ).toEqual([
    ["local/small-1#main", true, [{ alias: "smart", as: "fallback", position: 1 }]],
    ["local/small-1#spare", true, [{ alias: "smart", as: "fallback", position: 1 }]],
    ["local/big#main", true, [{ alias: "smart", as: "target", weight: 3 }]],
    ["local/gone#old", false, []],
  ]);
});

test("GET /api/targets shows times of the machine's clock as wall times", async () => {
  const ejected = { ...newHealth, ejectedUntilMs: 6000, lastErrorAtMs: 4000, lastStatus: 503, ejections: 1 };
  const [route] = targetRoutes({
    configuration: { content: () => content },
    catalog,
    health: () => [{ name: "local/big#main", state: ejected }],
    nowMs: () => Date.UTC(2026, 0, 1, 0, 0, 5),
    machineMs: () => 5000,
  });
  const visit = { hostname: "localhost", port: "80", isSecure: false, origin: "http://localhost" };
  const origin = { actor: "admin_token" } as const;
  const answer = await route?.handle({ params: {}, query: {}, body: undefined, origin, visit });
  const { data } = JSON.parse(answer?.body ?? "{}");
  const [big] = data.filter(({ id }: { readonly id: string }) => id === "local/big#main");
  expect(big).toMatchObject({
    state: "ejected",
    until: "2026-01-01T00:00:06.000Z",
    last_error_at: "2026-01-01T00:00:04.000Z",
    last_error_status: 503,
    ejections: 1,
    routes: [{ alias: "smart", as: "target", weight: 3 }],
  });
  expect(big.why.length).toBeGreaterThan(10);
});
