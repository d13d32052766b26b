import { expect, test } from "bun:test";
import { someAbove } from "./marks";

test("someAbove() tells numbers above another from all else, however they are written", () => {
  const isAbove = someAbove("limit", 64);
  for (const value of ["65", "6.5e1", "64.000001", "1e400", "0.65E+2 ", "100000000000000000000000000000"])
    expect(isAbove(Buffer.from(`{"a":1,"limit" :\n${value}}`))).toBe(true);
  for (const value of ["64", "6.4e1", "-65", '"65"', "[65]", "null", "true", '{"other":65}', '"\\"limit\\":65"'])
    expect(isAbove(Buffer.from(`{"limit":${value}}`))).toBe(false);
  expect(isAbove(Buffer.from('{"limit":1,"b":[{"limit":65}]}'))).toBe(true);
});
