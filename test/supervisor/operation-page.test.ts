import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../docs/internals/operation.md", import.meta.url));
const rows = readFileSync(page, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| what |"))
  .map((line) => line.split(" | "));

test("each row of what survives what has three columns, and its last leads to tests that there are", () => {
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    const links = [...(row.at(-1) ?? "").matchAll(/\]\(([^)#]+)\)/g)].map(([, path = ""]) => path);
    expect(row, row.join(" | ")).toHaveLength(3);
    expect(links.length, row[0]).toBeGreaterThan(0);
    for (const path of links) {
      expect(path).toEndWith(".test.ts");
      expect(existsSync(join(dirname(page), path)), path).toBe(true);
    }
  }
});
