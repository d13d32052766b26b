import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf } from "./log/fixtures/open-log";
import { plainRecord } from "./log/fixtures/plain-record";
import { openStores, storesUrl } from "./open-stores";

const masterKey = { key: "a".repeat(64), origin: "test" };

describe("openStores()", () => {
  test("opens the files of a data directory when they are asked for", async () => {
    const directory = mkdtempSync(join(tmpdir(), "hg:stores-"));
    try {
      const stores = openStores(storesUrl(directory));
      expect(readdirSync(directory)).toEqual([]);
      (await stores.config(masterKey)).close();
      expect(readdirSync(directory)).not.toContain("logs.sqlite");
      (await stores.logWriter()).close();
      (await stores.log()).close();
      expect(readdirSync(directory)).toEqual(expect.arrayContaining(["config.sqlite", "logs.sqlite"]));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("opens another store in memory each time", async () => {
    const first = await openStores("memory:").config(masterKey);
    await first.settings.write({ retention_days: 5 });
    const second = await openStores("memory:").config(masterKey);
    expect(await second.settings.read()).toEqual({});
  });

  test("opens the writer and the reader of one log in memory", async () => {
    const stores = openStores("memory:");
    await (await stores.logWriter()).commit(batchOf([plainRecord(1)]));
    expect((await (await stores.log()).get(plainRecord(1).id))?.record).toEqual(plainRecord(1));
    expect(await (await openStores("memory:").log()).get(plainRecord(1).id)).toBeUndefined();
  });

  for (const url of ["postgres://user:canary@host/name", "toString:", "/var/lib/headgate", ""]) {
    test(`refuses ${JSON.stringify(url)}, naming the schemes and nothing that follows`, () => {
      expect(() => openStores(url)).toThrow(
        /^Cannot open the stores: their URL has the scheme "[a-zA-Z]*", one of sqlite, memory is needed$/,
      );
    });
  }
});
