import { expect, test } from "bun:test";
import { BlockPool, type Keeping, PackableBytes, PackedBytes } from "./packed-bytes";

const event = (index: number) =>
  Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":" word ${index}"}}]}\n\n`);
const noise = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const text = Buffer.concat(Array.from({ length: 2000 }, (_, index) => event(index)));

/** One for all tests: what is in a block from before must not show. */
const pool = new BlockPool();

/** Keeps for long from so many full blocks on. */
const keeping = (blocks: number): Keeping & { readonly packed: () => number } => {
  let [asked, packed] = [0, 0];
  return { isLong: () => ++asked > blocks, packs: () => void packed++, packed: () => packed };
};

for (const blocks of [0, 1, 5, Number.POSITIVE_INFINITY]) {
  test(`PackedBytes gives back what was added, however it was cut and packs, packed after ${blocks} blocks`, () => {
    for (const whole of [text, noise(60_000), noise(3 * 8192), Buffer.concat([text, noise(20_000), text])]) {
      for (const step of [1, 7, 100, 1023, 1024, 8191, 8192, 8193, 50_000, whole.length]) {
        const packed = new PackedBytes(whole.length, keeping(blocks), pool);
        for (let at = 0; at < whole.length; at += step) packed.add(whole.subarray(at, at + step));
        expect(Buffer.compare(packed.take(), whole)).toBe(0);
      }
    }
  });
}

test("PackedBytes keeps the first bytes up to its limit", () => {
  for (const limit of [1, 50, 1024, 8192, 8193, 20_000]) {
    const packed = new PackedBytes(limit, keeping(1), pool);
    const whole = noise(30_000);
    for (let at = 0; at < whole.length; at += 777) packed.add(whole.subarray(at, at + 777));
    expect(Buffer.compare(packed.take(), whole.subarray(0, limit))).toBe(0);
  }
});

test("PackedBytes gives what came in one piece as it is, and nothing for nothing", () => {
  const packed = new PackedBytes(100, keeping(0), pool);
  expect(packed.take()).toEqual(new Uint8Array(0));
  const piece = noise(100);
  packed.add(piece);
  packed.add(noise(1));
  expect(packed.take()).toBe(piece);
});

test("PackedBytes says once that it packs, and not while it need not", () => {
  const kept = keeping(2);
  const packed = new PackedBytes(100_000, kept, pool);
  const pieces = (bytes: number) => {
    for (let done = 0; done < bytes; done += 64) packed.add(text.subarray(done, done + 64));
  };
  pieces(2 * 8192);
  expect(kept.packed()).toBe(0);
  pieces(8192);
  expect(kept.packed()).toBe(1);
  pieces(50_000);
  expect(kept.packed()).toBe(1);
});

test("PackableBytes are the same before, while and after they are packed", async () => {
  for (const bytes of [Buffer.from("x".repeat(1_000_000)), Buffer.from(noise(100_000)), Buffer.from("short")]) {
    const packable = new PackableBytes(bytes);
    const packing = packable.pack();
    expect(Buffer.compare(packable.bytes(), bytes)).toBe(0);
    await packing;
    expect(Buffer.compare(packable.bytes(), bytes)).toBe(0);
  }
});
