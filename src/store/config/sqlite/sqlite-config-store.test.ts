import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigStore } from "../config-store";
import { loadMasterKey } from "../master-key";
import { createSecretBox } from "../secret-box";
import { openSqliteConfigStore } from "./sqlite-config-store";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "hg-store-"));
  directories.push(directory);
  return directory;
}

const right = { key: "a".repeat(64), origin: "HEADGATE_MASTER_KEY" };
const wrong = { key: "b".repeat(64), origin: "HEADGATE_MASTER_KEY" };
const key = (id: string, name: string) => ({ id, hash: `h-${id}`, hint: "hg-", spec: { name }, createdAtMs: 1 });

function reopened(file: string, use: (store: ConfigStore) => Promise<void>): Promise<void> {
  const store = openSqliteConfigStore(file, right);
  return use(store).finally(store.close);
}

describe("openSqliteConfigStore()", () => {
  test("keeps everything over a restart, secrets in no file in clear", async () => {
    const directory = newDirectory();
    const file = join(directory, "config.sqlite");
    await reopened(file, async (store) => {
      await store.putProvider("openai", { headers: { "x-token": "canary-header" } });
      await store.putProvider("demo", {});
      await store.putProviderKey("openai", { id: "1", name: "main", value: "canary-key", weight: 2, models: ["a*"] });
      await store.putRoute({ alias: "r", targets: [{ model: "m" }] });
      await store.putSettings({ retention_days: 5, metrics_token: "canary-metrics-token" });
      await store.addVirtualKey(key("1", "one"));
      await store.putFileKey("ci", { hash: "h", hint: "hg-" });
      await store.putSlots(new Map([["1", { ref: { index: 4, tag: 7 }, createdAtMs: 5 }]]));
      await store.setFact("snapshot_sequence", "9");
    });
    await reopened(file, async (store) => {
      expect(await store.providers()).toEqual([
        {
          id: "openai",
          config: { headers: { "x-token": "canary-header" } },
          keys: [{ id: "1", name: "main", value: "canary-key", weight: 2, models: ["a*"] }],
        },
        { id: "demo", config: {}, keys: [] },
      ]);
      expect(await store.routes()).toEqual([{ alias: "r", targets: [{ model: "m" }] }]);
      expect(await store.settings()).toEqual({ retention_days: 5, metrics_token: "canary-metrics-token" });
      expect(await store.virtualKeys({ includeRevoked: true })).toEqual([{ ...key("1", "one"), alike: {} }]);
      expect([...(await store.fileKeys())]).toEqual([["ci", { hash: "h", hint: "hg-" }]]);
      expect(await store.slots()).toEqual([{ owner: "1", ref: { index: 4, tag: 7 }, createdAtMs: 5 }]);
      expect(await store.fact("snapshot_sequence")).toBe("9");
      for (const name of readdirSync(directory))
        expect(readFileSync(join(directory, name)).includes("canary")).toBe(false);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });
  });

  test("says clearly that the master key is another one", async () => {
    const file = join(newDirectory(), "config.sqlite");
    openSqliteConfigStore(file, right).close();
    expect(() => openSqliteConfigStore(file, wrong)).toThrow(
      `Cannot open the secrets in ${file}: the master key of HEADGATE_MASTER_KEY is not the one they were stored with`,
    );
    openSqliteConfigStore(file, right).close();
  });

  test("deletes a provider with its keys and keeps its place when it changes", async () => {
    const store = openSqliteConfigStore(":memory:", right);
    for (const id of ["a", "b"]) await store.putProvider(id, {});
    await store.putProviderKey("a", { id: "1", name: "k", value: "v", weight: 1 });
    await store.putProvider("a", { name: "changed" });
    expect((await store.providers()).map(({ id, keys }) => [id, keys.length])).toEqual([
      ["a", 1],
      ["b", 0],
    ]);
    expect(await store.deleteProvider("a")).toBe(true);
    expect(await store.deleteProvider("a")).toBe(false);
    await store.putProvider("a", {});
    expect((await store.providers()).map(({ id, keys }) => [id, keys.length])).toEqual([
      ["b", 0],
      ["a", 0],
    ]);
    expect(await store.deleteProviderKey("a", "1")).toBe(false);
    store.close();
  });

  test("pages virtual keys and frees the name of a revoked one", async () => {
    const store = openSqliteConfigStore(":memory:", right);
    for (const id of ["1", "2", "3"]) await store.addVirtualKey(key(id, `n${id}`));
    expect((await store.virtualKeys({ after: "1", limit: 1, includeRevoked: false })).map(({ id }) => id)).toEqual([
      "2",
    ]);
    expect(store.addVirtualKey(key("4", "n2"))).rejects.toThrow();
    expect(await store.revokeVirtualKey("2", 5)).toBe(true);
    expect(await store.revokeVirtualKey("2", 6)).toBe(false);
    await store.addVirtualKey(key("4", "n2"));
    expect((await store.virtualKeyNamed("n2"))?.id).toBe("4");
    expect((await store.virtualKeys({ includeRevoked: false })).map(({ id }) => id)).toEqual(["1", "3", "4"]);
    expect((await store.virtualKeys({ includeRevoked: true }))[1]).toMatchObject({ id: "2", revokedAtMs: 5 });
    store.close();
  });
});

describe("createSecretBox()", () => {
  test("opens with the same key and context only, and never after a change", () => {
    const box = createSecretBox(right.key);
    const sealed = box.seal("secret", "a");
    expect(box.open(sealed, "a")).toBe("secret");
    expect(box.seal("secret", "a")).not.toEqual(sealed);
    expect(() => box.open(sealed, "b")).toThrow();
    expect(() => createSecretBox(wrong.key).open(sealed, "a")).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, "a")).toThrow();
    }
  });
});

describe("loadMasterKey()", () => {
  test("makes a 0600 file once and reads it again", () => {
    const file = join(newDirectory(), "master.key");
    const made = loadMasterKey(undefined, file);
    expect(made.key).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadMasterKey("", file)).toEqual(made);
    expect(loadMasterKey("c".repeat(40), file)).toEqual({ key: "c".repeat(40), origin: "HEADGATE_MASTER_KEY" });
  });

  test("refuses a short key without showing it", () => {
    expect(() => loadMasterKey("short-canary", "f")).toThrow(/has 12 characters, at least 32 are needed/);
  });
});
