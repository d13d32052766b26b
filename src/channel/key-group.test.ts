import { expect, test } from "bun:test";
import { type KeyProfile, keyOf } from "#core/key-profile";
import type { VirtualKey } from "#core/snapshot";
import { keyGroups, readKeyGroups } from "./key-group";
import { Unreadable } from "./section";

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

test("keyOf() names limits after their key and gives them its slots", () => {
  expect(key("file:a b", limited, 7).limits).toMatchObject([
    { id: "key:file:a%20b/rate/requests/1m", scope: { kind: "key", name: "name of file:a b" }, slot: { index: 8 } },
    { id: "key:file:a%20b/concurrent", slot: { index: 9, tag: 109 }, match: { model: "a/*" } },
  ]);
});

test("keyGroups() carries keys over, those that are alike in one group", () => {
  const bare = { ...plain, limits: [] };
  const keys = [
    ["h1", key("a", limited, 10), limited],
    ["h2", key("b", bare, 20), bare],
    ["h3", key("c", limited, 30), limited],
  ] as const;
  const entries = new Map(keys.map(([hash, key]) => [hash, key]));
  const overTheWire = (section: ReturnType<typeof keyGroups>) => {
    const [piece] = section.write(entries);
    return JSON.parse(JSON.stringify(piece));
  };

  const together = overTheWire(keyGroups((key) => keys.find(([, one]) => one === key)?.[2] ?? bare));
  const hashes = readKeyGroups(together).map((group) => group.hashes.toSorted());
  expect(hashes.sort()).toEqual([["h1", "h3"], ["h2"]]);
  expect(new Map(keyGroups().read(together))).toEqual(entries);

  const apart = overTheWire(keyGroups());
  expect(readKeyGroups(apart).length).toBe(3);
  expect(new Map(keyGroups().read(apart))).toEqual(entries);
});

test("readKeyGroups() throws Unreadable when a group lacks something of a key, or has something of another form", () => {
  const group = { profile: { ...plain, limits: [] }, hashes: ["h"], ids: ["i"], names: ["n"], slots: [1, 2] };
  expect(readKeyGroups([group])).toEqual([group]);
  const broken = [
    { ...group, names: [] },
    { ...group, slots: [1, 2, 3, 4] },
    { ...group, slots: [1, "2"] },
    { ...group, profile: { ...group.profile, newer: true } },
    { ...group, profile: { ...group.profile, active: "yes" } },
  ];
  for (const one of broken) expect(() => readKeyGroups([one])).toThrow(Unreadable);
});
