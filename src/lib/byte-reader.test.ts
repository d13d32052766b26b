import { expect, test } from "bun:test";
import { ByteReader } from "./byte-reader";
import { ByteWriter } from "./byte-writer";

test("text() reads what was written, and gives the hex digits before it again where they are the same", () => {
  const writer = new ByteWriter();
  const id = "0123456789abcdef";
  writer.ensure(100);
  writer.hex(id);
  for (const text of [id, "0123456789abcdee", "short", "", "ü"]) writer.text(text);
  const reader = new ByteReader(writer.bytes.subarray(0, writer.at));
  expect(reader.hex(8)).toBe(id);
  expect([reader.text(), reader.text(), reader.text(), reader.text(), reader.text()]).toEqual([
    id,
    "0123456789abcdee",
    "short",
    "",
    "ü",
  ]);
  expect(reader.at).toBe(writer.at);
});
