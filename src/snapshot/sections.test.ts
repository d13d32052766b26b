import { describe, expect, test } from "bun:test";
import { applyChanges, contentChanges, readContent, writeContent } from "#channel/content";
import { snapshotSections } from "#channel/sections";
import { providerSchema } from "#config/provider-schema";
import { keyOf } from "#core/key-profile";
import type { SnapshotContent } from "#core/snapshot";
import { providerDefinitions } from "#providers/registry";
import { compileKeyProfile, compileProvider, compileRoute, compileSettings } from "./compile";

const sections = snapshotSections();
const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value));

function contents(keys: readonly string[], aliases: readonly string[], days: number): SnapshotContent {
  const openai = compileProvider(
    { id: "openai", config: providerSchema.parse({}), keys: [{ id: "k", name: "k", secret: "s", weight: days }] },
    providerDefinitions.get("openai"),
  );
  const virtualKey = (name: string) =>
    keyOf(compileKeyProfile({}), { id: name, name, slot: { index: 0, tag: 1 }, limitSlots: [] });
  return {
    settings: compileSettings({ retention_days: days }),
    virtualKeys: new Map(keys.map((name) => [name, virtualKey(name)])),
    routes: new Map(aliases.map((alias) => [alias, compileRoute({ alias, targets: [{ model: "a/b" }] })])),
    providers: new Map([["openai", openai]]),
    teams: new Map(aliases.map((name) => [name, { name, customer: `${days}`, limits: [] }])),
    customers: new Map(keys.map((name) => [name, { name, limits: [] }])),
    limits: keys.map((name, index) => ({
      kind: "concurrency",
      unit: "requests",
      id: name,
      scope: { kind: "limit", name },
      amount: days,
      slot: { index, tag: 1 },
      match: {},
    })),
    prices: [{ model: "*", fromMs: days, price: { version: "v", input: 1, output: 2 } }],
  };
}

/** With virtual keys in a map of the usual kind. */
function plain(content: SnapshotContent): SnapshotContent {
  return { ...content, virtualKeys: new Map(content.virtualKeys) };
}

describe("contentChanges()", () => {
  test("is empty when nothing changed", () => {
    expect(contentChanges(sections, contents(["a"], ["r"], 1), contents(["a"], ["r"], 1))).toEqual([]);
  });

  test("turns one snapshot into any other when a worker applies it", () => {
    const all = [
      contents([], [], 1),
      contents(["a"], ["r"], 1),
      contents(["b", "a"], ["r", "s"], 2),
      contents(["b"], [], 2),
    ];
    for (const from of all) {
      for (const to of all) {
        const [whole] = writeContent(sections, from);
        const start = readContent(sections, overTheWire(whole));
        expect(plain(start)).toEqual(from);
        const [changes = {}] = contentChanges(sections, from, to);
        const applied = applyChanges(sections, start, overTheWire(changes));
        expect(plain(applied)).toEqual(to);
      }
    }
  });

  test("names only what changed, and the rest keeps its identity when it is applied", () => {
    const before = contents(["a"], ["r"], 1);
    const next = { ...before, routes: contents([], ["r", "s"], 1).routes };
    const [changes] = contentChanges(sections, before, next);
    expect(changes).toEqual({ routes: { set: [next.routes.get("s")], removed: [] } });
    const applied = applyChanges(sections, before, overTheWire(changes));
    expect(applied.virtualKeys).toBe(before.virtualKeys);
    expect(applied.routes.get("r")).toBe(before.routes.get("r"));
  });
});
