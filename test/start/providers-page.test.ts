import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { providersReferencePage } from "./providers-page";

const page = join(import.meta.dir, "..", "..", "docs", "reference", "providers.md");

test("docs/reference/providers.md holds what the registry says (bun scripts/write-reference.ts writes it)", () => {
  expect(readFileSync(page, "utf8")).toBe(providersReferencePage());
});
