import { describe, expect, test } from "bun:test";
import { partOf } from "./part-of";

describe("partOf()", () => {
  test.each([
    ["copies a small part", 1000, false],
    ["shows a large part without a copy", 20_000, true],
  ])("%s", (_, length, isView) => {
    const bytes = Uint8Array.from({ length: 30_000 }, (__, index) => index);
    const part = partOf(bytes, 7, 7 + length);
    expect(part).toEqual(Buffer.from(bytes.slice(7, 7 + length)));
    expect(part.buffer === bytes.buffer).toBe(isView);
  });
});
