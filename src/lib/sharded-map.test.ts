import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { ShardedMap } from "./sharded-map";

const hashes = Array.from({ length: 5000 }, (_, index) => createHash("sha256").update(`${index}`).digest("hex"));

test("ShardedMap reads as the map that it is made of", () => {
  const plain = new Map(hashes.map((hash, index) => [hash, index]));
  const map = ShardedMap.of(plain);
  expect(map.size).toBe(5000);
  expect(hashes.map((hash) => map.get(hash))).toEqual([...plain.values()]);
  expect([map.get("nothing"), map.has("nothing"), map.has(hashes[7] ?? "")]).toEqual([undefined, false, true]);
  const seen = new Map<string, number>();
  map.forEach((value, key) => void seen.set(key, value));
  for (const read of [seen, new Map(map), new Map(map.entries())]) expect(read).toEqual(plain);
  expect([...map.keys()].sort()).toEqual(hashes.toSorted());
  expect([...map.values()].sort((a, b) => a - b)).toEqual([...plain.values()]);
  expect(ShardedMap.of(map)).toBe(map);
});

test("with() leaves the map that it is asked of as it was", () => {
  const before = ShardedMap.of(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  const after = before.with(
    new Map([
      ["b", 3],
      ["c", 4],
    ]),
    ["a", "nothing"],
  );
  expect(new Map(before)).toEqual(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  expect(new Map(after)).toEqual(
    new Map([
      ["b", 3],
      ["c", 4],
    ]),
  );
  expect([before.size, after.size]).toEqual([2, 2]);
  expect(new Map(after.with(new Map([["c", 5]]), ["c"]))).toEqual(
    new Map([
      ["b", 3],
      ["c", 5],
    ]),
  );
});

test("ShardedMap spreads hashes, and names that are counted, over its shards", () => {
  for (const keys of [hashes, hashes.map((_, index) => `${index}`.padStart(64, "0"))]) {
    const { shards } = ShardedMap.of(new Map(keys.map((key) => [key, true])));
    const sizes = shards.map((shard) => shard?.size ?? 0);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(shards.length / 2);
    expect(Math.max(...sizes)).toBeLessThan(40);
  }
});
