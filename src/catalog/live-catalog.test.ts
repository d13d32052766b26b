import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCatalog } from "./catalog";
import { catalogFiles } from "./catalog-files";
import { createLiveCatalog, followCatalog } from "./live-catalog";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function kept() {
  const folder = mkdtempSync(join(tmpdir(), "headgate-catalog-"));
  folders.push(folder);
  return { files: catalogFiles(folder), folder: join(folder, "catalog") };
}

const text = (contextTokens: number) => `maker\tm\t{"contextTokens":${contextTokens}}\n`;

test("use() puts another catalog in the place of the shipped one, and back", () => {
  const { files } = kept();
  const live = createLiveCatalog(files.read, createCatalog(text(1)));
  const version = files.keep(text(2));
  live.use(version);
  expect([live.version(), live.find("maker", "m")?.contextTokens]).toEqual([version, 2]);
  live.use(undefined);
  expect([live.version(), live.find("maker", "m")?.contextTokens]).toEqual([undefined, 1]);
});

test("use() changes nothing where the file is missing, torn or another's", () => {
  const { files, folder } = kept();
  const live = createLiveCatalog(files.read, createCatalog(text(1)));
  const version = files.keep(text(2));
  writeFileSync(join(folder, `${version}.txt`), text(2).slice(0, -1));
  for (const each of [version, "0".repeat(64)]) expect(() => live.use(each)).toThrow();
  expect([live.version(), live.find("maker", "m")?.contextTokens]).toEqual([undefined, 1]);
});

test("removeOthers() leaves what is named", () => {
  const { files, folder } = kept();
  const [first, second] = [files.keep(text(1)), files.keep(text(2))];
  files.removeOthers([second]);
  expect(readdirSync(folder)).toEqual([`${second}.txt`]);
  expect(first).not.toBe(second);
});

test("followCatalog() takes what the snapshot names, and keeps what it has where that cannot be read", () => {
  const { files } = kept();
  const version = files.keep(text(2));
  let wanted: string | undefined;
  const failures: unknown[] = [];
  const { catalog: followed, problem } = followCatalog(
    createLiveCatalog(files.read, createCatalog(text(1))),
    () => wanted,
    (cause) => failures.push(cause),
  );
  const contexts = [followed.find("maker", "m")?.contextTokens];
  for (const next of [version, "0".repeat(64), "0".repeat(64), undefined]) {
    wanted = next;
    contexts.push(followed.list("maker")[0]?.contextTokens);
    expect(problem()?.startsWith("Cannot read the catalog that holds")).toBe(next?.startsWith("000") || undefined);
  }
  expect(contexts).toEqual([1, 2, 2, 2, 1]);
  expect(failures).toHaveLength(1);
});
