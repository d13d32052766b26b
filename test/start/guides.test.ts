import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkConfigFile } from "#config/check";
import { providerDefinitions } from "#providers/registry";
import { temporaryDirectory } from "../supervisor/started";

test("the file of docs/guides/configure.md passes check when its variables are set, and names each that is not", () => {
  using directory = temporaryDirectory();
  const guide = readFileSync(join(import.meta.dir, "..", "..", "docs", "guides", "configure.md"), "utf8");
  const text = /^```yaml\n([\s\S]+?)^```$/m.exec(guide)?.[1] ?? "";
  const file = join(directory.path, "headgate.yaml");
  writeFileSync(file, text);
  const names = [...new Set(Array.from(text.matchAll(/env:(\w+)/g), ([, name]) => `${name}`))];
  expect(names.length).toBeGreaterThan(3);
  const environment = Object.fromEntries(names.map((name) => [name, `hg-value-of-${name}`]));
  expect(checkConfigFile(file, environment, providerDefinitions)).toMatchObject({ ok: true });
  const checked = checkConfigFile(file, {}, providerDefinitions);
  expect(checked.ok ? [] : checked.errors.map((error) => /variable (\w+) is not set/.exec(error)?.[1])).toEqual(names);
});

test("the files of docs/guides/budgets.md pass check without a doubt", () => {
  using directory = temporaryDirectory();
  const guide = readFileSync(join(import.meta.dir, "..", "..", "docs", "guides", "budgets.md"), "utf8");
  const texts = Array.from(guide.matchAll(/^```yaml\n([\s\S]+?)^```$/gm), ([, text]) => text ?? "");
  expect(texts.length).toBe(3);
  const file = join(directory.path, "headgate.yaml");
  for (const text of texts) {
    writeFileSync(file, text);
    expect(checkConfigFile(file, {}, providerDefinitions)).toMatchObject({ ok: true, warnings: [] });
  }
});
