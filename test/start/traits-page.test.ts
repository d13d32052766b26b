import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dialectRows } from "#traits/rows/dialects";
import { targetRows } from "#traits/table";
import { vocabulary } from "#traits/vocabulary";
import { traitsReferencePage } from "./traits-page";

const page = join(import.meta.dir, "..", "..", "docs", "reference", "traits.md");

test("docs/reference/traits.md holds what the table says (bun scripts/write-reference.ts writes it)", () => {
  expect(readFileSync(page, "utf8")).toBe(traitsReferencePage());
});

test("every row has the address of its source, and some row has every trait", () => {
  const rows = [...dialectRows, ...targetRows];
  for (const { source } of rows) expect(URL.parse(source)?.protocol).toBe("https:");
  const used = new Set(rows.flatMap(({ traits }) => Object.keys(traits)));
  expect(Object.keys(vocabulary).filter((name) => !used.has(name))).toEqual([]);
});
