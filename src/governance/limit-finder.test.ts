import { expect, test } from "bun:test";
import type { Limit } from "#core/limit";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import { settingsOf, target } from "./fixtures/scratch-governance";
import { createPrincipalFinder } from "./limit-finder";
import { withModel } from "./principal-label";

function limit(id: string, match: Limit["match"] = {}): Limit {
  const scope = { kind: "limit", name: id } as const;
  return { id, kind: "concurrency", unit: "requests", amount: 1, scope, match, slot: { index: 1, tag: 1 } };
}

function keyWith(more: Partial<VirtualKey>): VirtualKey {
  const key = { id: "k", name: "ci", active: true, tags: {}, models: [], blocked: [], endpoints: [], limits: [] };
  return { ...key, slot: { index: 0, tag: 1 }, ...more };
}

function snapshotWith(more: Partial<Snapshot>): Snapshot {
  const maps = {
    virtualKeys: new Map(),
    routes: new Map(),
    providers: new Map(),
    teams: new Map(),
    customers: new Map(),
  };
  return { sequence: 1, settings: settingsOf(), limits: [], prices: [], ...maps, ...more };
}

const principalOf = createPrincipalFinder();

test("covering() gives the limits whose globs and tags all match", () => {
  const limits = [
    limit("all"),
    limit("model", { model: "openai/gpt-*" }),
    limit("provider", { provider: "local" }),
    limit("provider key", { providerKey: "spare" }),
    limit("both", { model: "*/gpt-4o", provider: "openai" }),
    limit("tag", { tags: { use: "tests" } }),
    limit("other tag", { tags: { use: "tests", cost: "1" } }),
  ];
  const principal = principalOf(keyWith({ tags: { use: "tests" } }), snapshotWith({ limits }));
  const names = (at: ReturnType<typeof target>) => principal.covering(at).limits.map(({ id }) => id);
  expect(names(target("openai", "gpt-4o"))).toEqual(["all", "model", "both", "tag"]);
  expect(names(target("local", "gpt-4o"))).toEqual(["all", "provider", "tag"]);
  expect(names(target("openai", "o3", undefined, "spare"))).toEqual(["all", "provider key", "tag"]);
  expect(principal.anywhere.limits.map(({ id }) => id)).toEqual(["all", "tag"]);
  expect(principal.covering(target())).toBe(principal.covering(target()));
});

test("covering() stays right for more targets than it remembers", () => {
  const principal = principalOf(keyWith({}), snapshotWith({ limits: [limit("m", { model: "openai/m1*" })] }));
  for (let round = 0; round < 2; round++) {
    for (let made = 0; made < 600; made++) {
      const covers = principal.covering(target("openai", `m${made}`)).limits.length === 1;
      expect(covers).toBe(String(made).startsWith("1"));
    }
  }
});

test("a principal is remembered until its key, team, customer or the gateway's limits change", () => {
  const key = keyWith({ team: "a" });
  const team = { name: "a", customer: "acme", limits: [limit("team")] };
  const before = snapshotWith({ teams: new Map([["a", team]]) });
  const principal = principalOf(key, before);
  expect(principal.customer).toBe("acme");
  expect(principalOf(key, { ...before, sequence: 2, teams: new Map(before.teams) })).toBe(principal);
  const moved = principalOf({ ...key, team: "b" }, before);
  expect(moved.anywhere.limits).toEqual([]);
  const customers = new Map([["acme", { name: "acme", limits: [limit("customer")] }]]);
  const billed = principalOf(key, { ...before, customers });
  expect(billed.anywhere.limits.map(({ id }) => id)).toEqual(["team", "customer"]);
  expect(principalOf(undefined, snapshotWith({ limits: [limit("all")] })).anywhere.limits).toHaveLength(1);
});

test("labelFor() gives JSON that fits into a hold row, whatever the names", () => {
  const inference = { endpoint: "messages", dialect: "anthropic-messages" } as const;
  const labelOf = (key: VirtualKey | undefined) => principalOf(key, snapshotWith({})).labelFor(inference);
  const read = (key: VirtualKey | undefined) => JSON.parse(new TextDecoder().decode(labelOf(key)));
  const named = { keyId: "k", ...inference, team: "a", customer: "c", keyName: "ci" };
  expect(read(keyWith({ team: "a", customer: "c" }))).toEqual(named);
  const long = keyWith({ team: "ä".repeat(200), name: "n" });
  expect(read(long)).toEqual({ keyId: "k", ...inference, keyName: "n" });
  expect(labelOf(long).length).toBeLessThanOrEqual(256);
  expect(read(undefined)).toEqual(inference);
  const noted = (model: string) => JSON.parse(new TextDecoder().decode(withModel(labelOf(undefined), model)));
  expect(noted("made-up")).toEqual({ ...inference, model: "made-up" });
  expect(noted("m".repeat(256))).toEqual(inference);
});
