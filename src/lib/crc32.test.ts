import { expect, test } from "bun:test";
import { crc32 } from "node:zlib";
import { crc32Of, crc32Within } from "./crc32";

test("crc32Within() is zlib's of that part, and goes on from what came before", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => (at * 89) % 256);
  for (const [from, to] of [
    [0, 0],
    [0, 8],
    [3, 299],
    [250, 300],
  ] as const) {
    const part = crc32Within(bytes, from, to);
    expect(part).toBe(crc32(bytes.subarray(from, to)));
    expect(crc32Of(bytes.slice(to), part)).toBe(crc32(bytes.subarray(from)));
    expect(crc32Within(bytes, to, 300, part)).toBe(crc32(bytes.subarray(from)));
  }
});
