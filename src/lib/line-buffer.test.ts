import { expect, test } from "bun:test";
import { createLineBuffer } from "./line-buffer";

test("push() gives the same lines however the bytes are cut", () => {
  const bytes = new TextEncoder().encode('{"a":"ä€😀"}\n\nlast\n');
  for (let size = 1; size <= bytes.length; size++) {
    const buffer = createLineBuffer(100);
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) lines.push(...buffer.push(bytes.subarray(at, at + size)));
    expect(lines).toEqual(['{"a":"ä€😀"}', "", "last"]);
  }
});

test("push() keeps its own copy of a chunk that is used again", () => {
  const buffer = createLineBuffer(100);
  const chunk = new TextEncoder().encode("abc");
  buffer.push(chunk);
  chunk.fill(0x78);
  expect(buffer.push(new TextEncoder().encode("\n"))).toEqual(["abc"]);
});

test("push() throws when a line grows beyond the limit", () => {
  const buffer = createLineBuffer(4);
  buffer.push(new Uint8Array(4));
  expect(() => buffer.push(new Uint8Array(1))).toThrow(RangeError);
});
