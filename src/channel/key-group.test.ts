import { expect, test } from "bun:test";
import type { VirtualKey } from "#core/snapshot";
import { eachKey, groupKeys, type KeyProfile, keyOf } from "./key-group";

const plain = { active: true, tags: {}, models: ["*"], blocked: [], endpoints: ["*"] };
const limited: KeyProfile = {
  ...plain,
  team: "search",
  limits: [
    { suffix: "/rate/requests/1m", terms: { kind: "rate", unit: "requests", amount: 5, windowMs: 60_000, match: {} } },
    { suffix: "/concurrent", terms: { kind: "concurrency", unit: "requests", amount: 2, match: { model: "a/*" } } },
  ],
};

function key(id: string, profile: KeyProfile, first: number): VirtualKey {
  const slot = (index: number) => ({ index, tag: index + 100 });
  const limitSlots = profile.limits.map((_, index) => slot(first + 1 + index));
  return keyOf(profile, { id, name: `name of ${id}`, slot: slot(first), limitSlots });
}

function unpacked(groups: ReturnType<typeof groupKeys>): readonly (readonly [string, VirtualKey])[] {
  const keys: [string, VirtualKey][] = [];
  eachKey(JSON.parse(JSON.stringify(groups)), (hash, key) => keys.push([hash, key]));
  return keys;
}

test("keyOf() names limits after their key and gives them its slots", () => {
  expect(key("file:a b", limited, 7).limits).toMatchObject([
    { id: "key:file:a%20b/rate/requests/1m", scope: { kind: "key", name: "name of file:a b" }, slot: { index: 8 } },
    { id: "key:file:a%20b/concurrent", slot: { index: 9, tag: 109 }, match: { model: "a/*" } },
  ]);
});

test("groupKeys() and eachKey() carry keys over, those that are alike in one group", () => {
  const bare = { ...plain, limits: [] };
  const keys = [
    ["h1", key("a", limited, 10), limited],
    ["h2", key("b", bare, 20), bare],
    ["h3", key("c", limited, 30), limited],
  ] as const;
  const entries = keys.map(([hash, key]) => [hash, key] as const);
  const byHash = (list: readonly (readonly [string, VirtualKey])[]) => Object.fromEntries(list);

  const groups = groupKeys(entries, (key) => keys.find(([, one]) => one === key)?.[2] ?? bare);
  expect(groups.map(({ hashes }) => hashes)).toEqual([["h1", "h3"], ["h2"]]);
  expect(byHash(unpacked(groups))).toEqual(byHash(entries));

  const apart = groupKeys(entries);
  expect(apart.length).toBe(3);
  expect(byHash(unpacked(apart))).toEqual(byHash(entries));
});
