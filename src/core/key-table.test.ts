import { describe, expect, test } from "bun:test";
import { type KeyProfile, keyOf } from "./key-profile";
import { KeyTable } from "./key-table";
import { createKeyTableBuilder } from "./key-table-builder";
import type { VirtualKey } from "./snapshot";
import { hashSecret } from "./virtual-key";

const lists = { active: true, tags: {}, models: ["*"], blocked: [], endpoints: ["*"] };
const plain: KeyProfile = { ...lists, limits: [] };
const limited: KeyProfile = {
  ...lists,
  team: "search",
  limits: [
    { suffix: "/rate/requests/1m", terms: { kind: "rate", unit: "requests", amount: 5, windowMs: 60_000, match: {} } },
    { suffix: "/concurrent", terms: { kind: "concurrency", unit: "requests", amount: 2, match: { model: "a/*" } } },
  ],
};

function key(id: string, profile: KeyProfile, first = 0, name = `name of ${id}`): VirtualKey {
  const slot = (index: number) => ({ index, tag: index + 100 });
  return keyOf(profile, {
    id,
    name,
    slot: slot(first),
    limitSlots: profile.limits.map((_, at) => slot(first + 1 + at)),
  });
}

const many = new Map(
  Array.from({ length: 3000 }, (_, at) => [hashSecret(`${at}`), key(`k${at}`, at % 2 ? limited : plain, at)]),
);

describe("KeyTable", () => {
  test("reads as the map that it is made of", () => {
    const table = KeyTable.of(many);
    expect(table.size).toBe(3000);
    expect(new Map(table)).toEqual(many);
    const seen = new Map<string, VirtualKey>();
    table.forEach((each, hash) => void seen.set(hash, each));
    expect(seen).toEqual(many);
    expect([...table.keys()].sort()).toEqual([...many.keys()].sort());
    expect([...table.values()].length).toBe(3000);
    expect(table.profiles.size).toBe(2);
    expect([table.get(hashSecret("x")), table.has(hashSecret("x")), table.has(hashSecret("7"))]).toEqual([
      undefined,
      false,
      true,
    ]);
    expect(KeyTable.of(table)).toBe(table);
  });

  test("takes any id and name, also those that look like its own text", () => {
    const [first, second] = [hashSecret("first"), hashSecret("second")];
    const odd = new Map(
      [
        key("file:a b", limited, 7),
        key(`x\n${second} p 1,2 ["i","n"]`, plain, 1, `\n${second} `),
        key("ü\u2028", plain, 2, 'quote " backslash \\ ["k1","'),
      ].map((each, at) => [[first, hashSecret("0"), hashSecret("1")][at] ?? "", each]),
    );
    const table = KeyTable.of(odd);
    expect(new Map(table)).toEqual(odd);
    expect(table.get(second)).toBeUndefined();
    expect(table.ofKey("k1").size).toBe(0);
    expect([...table.ofKey("file:a b").keys()]).toEqual([first]);
  });

  test("is the same made at once and bit by bit", () => {
    const grown = [...many].reduce((table, [hash, each]) => table.with(new Map([[hash, each]]), []), KeyTable.empty());
    const { add, table } = createKeyTableBuilder();
    many.forEach(({ id, name, slot, limits }, hash) => {
      const profile = limits.length === 0 ? plain : limited;
      add(hash, profile, { id, name, slot, limitSlots: limits.map((limit) => limit.slot) });
    });
    expect(new Map(table())).toEqual(many);
    expect(table().shards).toEqual([...grown.shards]);
  });
});

describe("with()", () => {
  const [a, b, c] = ["a", "b", "c"].map(hashSecret) as [string, string, string];
  const before = KeyTable.of(
    new Map([
      [a, key("a", plain)],
      [b, key("b", limited)],
    ]),
  );

  test("leaves the table that it is asked of as it was", () => {
    const after = before.with(
      new Map([
        [b, key("b", plain, 5)],
        [c, key("c", limited)],
      ]),
      [a, "nothing"],
    );
    expect(new Map(before)).toEqual(
      new Map([
        [a, key("a", plain)],
        [b, key("b", limited)],
      ]),
    );
    expect(new Map(after)).toEqual(
      new Map([
        [b, key("b", plain, 5)],
        [c, key("c", limited)],
      ]),
    );
    expect([before.size, after.size]).toEqual([2, 2]);
  });

  test("keeps the object of a key that says the same, also in a shard that changed", () => {
    const table = KeyTable.of(many);
    const first = hashSecret("0");
    const read = table.get(first);
    const neighbours = [...many].filter((_, at) => at % 3 === 0).map(([hash]) => hash);
    const next = table.with(
      new Map(),
      neighbours.filter((hash) => hash !== first),
    );
    expect(next.get(first)).toBe(read);
    expect(next.with(new Map([[first, key("k0", plain, 1)]]), []).get(first)).not.toBe(read);
  });
});

test("ofKey() finds every secret of a key", () => {
  const rotated = { ...key("k5", limited, 5), expiresAtMs: 7 };
  const old = hashSecret("old");
  const table = KeyTable.of(many).with(new Map([[old, rotated]]), []);
  expect(table.ofKey("k5")).toEqual(
    new Map([
      [hashSecret("5"), key("k5", limited, 5)],
      [old, rotated],
    ]),
  );
});

test("changedIn() names the entries that the other table has not, or not so", () => {
  const table = KeyTable.of(many);
  const [gone, changed] = [hashSecret("1"), hashSecret("2")];
  const next = table.with(
    new Map([
      [changed, key("k2", { ...plain, active: false }, 2)],
      [hashSecret("new"), key("n", plain)],
    ]),
    [gone],
  );
  expect(table.changedIn(next).toSorted()).toEqual([gone, changed].sort());
  expect(table.changedIn(table)).toEqual([]);
});

test("keyWith() finds a key of a profile", () => {
  const table = KeyTable.of(many);
  const teams = [...table.profiles.keys()].map((id) => table.keyWith(id)?.team);
  expect(teams.toSorted()).toEqual(["search", undefined]);
  expect(table.keyWith("nothing")).toBeUndefined();
});

test("tidied() forgets profiles that no key has, once they are many", () => {
  const hash = hashSecret("a");
  let table = KeyTable.empty();
  for (let amount = 0; amount < 1300; amount++) {
    table = table.with(new Map([[hash, key("a", { ...plain, tags: { turn: `${amount}` } })]]), []).tidied();
    expect(table.profiles.size).toBeLessThan(1100);
  }
  expect(table.get(hash)?.tags).toEqual({ turn: "1299" });
});
