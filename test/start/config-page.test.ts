import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "#config/json-schema";
import { configReferencePage } from "./config-page";

const folder = join(import.meta.dir, "..", "..", "docs", "reference");

test("docs/reference holds what the schema says (bun scripts/write-reference.ts writes it)", () => {
  expect(readFileSync(join(folder, "configuration.md"), "utf8")).toBe(configReferencePage());
  expect(JSON.parse(readFileSync(join(folder, "config.schema.json"), "utf8"))).toEqual(configJsonSchema());
});

test("configReferencePage() has a row for every key, with a description", () => {
  const rows = configReferencePage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(60);
  for (const row of rows) expect(row).not.toContain(" any ");
});
