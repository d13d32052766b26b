import { expect, test } from "bun:test";
import { type KeyProfile, keyOf } from "#core/key-profile";
import type { VirtualKey } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";
import { keyPieces } from "./key-pieces";
import { Unreadable } from "./section";

const section = keyPieces();
const plain: KeyProfile = { active: true, tags: {}, models: ["*"], blocked: [], endpoints: ["*"], limits: [] };

function keys(count: number, tagOf: (index: number) => string): ReadonlyMap<string, VirtualKey> {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const identity = { id: `k${index}`, name: `n${index}`, slot: { index, tag: 1 }, limitSlots: [] };
      return [hashSecret(`${index}`), keyOf({ ...plain, tags: { is: tagOf(index) } }, identity)];
    }),
  );
}

function overTheWire(pieces: Iterable<unknown>): readonly unknown[] {
  return [...pieces].map((piece) => JSON.parse(JSON.stringify(piece)));
}

function readAll(pieces: Iterable<unknown>): ReadonlyMap<string, VirtualKey> {
  const [first, ...more] = overTheWire(pieces);
  return more.reduce<ReadonlyMap<string, VirtualKey>>(
    (before, piece) => section.apply(piece, before),
    section.read(first),
  );
}

test("keyPieces() carries keys over, and what changed of them", () => {
  const all = [
    keys(0, () => ""),
    keys(2000, () => "alike"),
    keys(1500, (index) => `${index}`),
    keys(1999, (index) => `${index % 7}`),
  ];
  for (const from of all) {
    const start = readAll(section.write(from));
    expect(new Map(start)).toEqual(new Map(from));
    for (const to of all) {
      const changes = overTheWire(section.difference(from, to));
      expect(changes.length > 0).toBe(from !== to);
      expect(new Map(changes.reduce<typeof start>((before, piece) => section.apply(piece, before), start))).toEqual(
        new Map(to),
      );
    }
  }
});

test("keyPieces() cuts what is large, whether by keys or by profiles", () => {
  for (const large of [keys(3000, () => "alike"), keys(3000, (index) => `${index}`)]) {
    const lengths = [...section.write(large)].map((piece) => JSON.stringify(piece).length);
    expect(lengths.length).toBeGreaterThan(4);
    expect(Math.max(...lengths)).toBeLessThan(150_000);
  }
});

test("keyPieces() refuses a profile of another form, and what is no text", () => {
  const [piece] = overTheWire(section.write(keys(1, () => "a")));
  const text = JSON.stringify(piece);
  const broken = [
    text.replace('"active":true', '"active":"yes"'),
    text.replace('"active":true', '"active":true,"newer":1'),
    text.replace(/"text":"(?:[^"\\]|\\.)*"/, '"text":7'),
    text.replace('"dropped":[]', '"dropped":[1]'),
  ];
  expect(section.read(JSON.parse(text)).size).toBe(1);
  for (const one of broken) expect(() => section.read(JSON.parse(one))).toThrow(Unreadable);
});
