import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dialectsReferencePage } from "./dialects-page";

const page = join(import.meta.dir, "..", "..", "docs", "reference", "dialects.md");

test("docs/reference/dialects.md holds what the codecs do (bun scripts/write-reference.ts writes it)", () => {
  expect(readFileSync(page, "utf8")).toBe(dialectsReferencePage());
});
