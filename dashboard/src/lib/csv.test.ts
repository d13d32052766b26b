import { expect, test } from "bun:test";
import { writeCsv } from "./csv";

test("writeCsv() quotes what must be, and lets no cell become a formula", () => {
  expect(
    writeCsv([
      ["name", "secret"],
      ["=1+1", 'a "b", c'],
    ]),
  ).toBe('name,secret\r\n\'=1+1,"a ""b"", c"\r\n');
});
