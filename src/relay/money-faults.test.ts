import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const root = `${import.meta.dir}/../..`;
const rows = readFileSync(`${root}/docs/internals/money-faults.md`, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.includes("`"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .flatMap(([, , names = "", file = ""]) =>
    names.split(";").map((name) => [name.trim(), file.replaceAll("`", "")] as const),
  );

test("docs/internals/money-faults.md names tests that there are", () => {
  expect(rows.length).toBeGreaterThan(30);
  const missing = rows.filter(([name, file]) => !readFileSync(`${root}/${file}`, "utf8").includes(name));
  expect(missing).toEqual([]);
});
