import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordCodecSource } from "./fixtures/record-codec-source";

test("record-codec.gen.ts is made from the table of fields", () => {
  const file = join(import.meta.dir, "record-codec.gen.ts");
  if (process.env.HEADGATE_WRITE_REFERENCE === "1") writeFileSync(file, recordCodecSource());
  expect(readFileSync(file, "utf8")).toBe(recordCodecSource());
});
