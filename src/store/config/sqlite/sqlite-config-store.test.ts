import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigStore } from "../config-store";
import { auditEvent, key, route } from "../fixtures/stored-values";
import { loadMasterKey } from "../master-key";
import { createSecretBox } from "../secret-box";
import { opensWith } from "./opens-with";
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

function reopened(file: string, use: (store: ConfigStore) => Promise<void>): Promise<void> {
  const store = openSqliteConfigStore(file, right);
  return use(store).finally(store.close);
}

describe("openSqliteConfigStore()", () => {
  test("keeps everything over a restart, secrets in no file in clear", async () => {
    const directory = newDirectory();
    const file = join(directory, "config.sqlite");
    await reopened(file, async (store) => {
      await store.providers.put("openai", { headers: { "x-token": "canary-header" } });
      await store.providers.put("demo", {});
      await store.providers.putKey("openai", { id: "1", name: "main", value: "canary-key", weight: 2, models: ["a*"] });
      await store.routes.put({ alias: "r", targets: [{ model: "m" }] });
      await store.settings.write({ retention_days: 5, metrics_token: "canary-metrics-token" });
      await store.virtualKeys.add(key("1", "one"));
      await store.fileKeys.put("ci", { hash: "h", hint: "hg-" });
      await store.slots.put(new Map([["1", { ref: { index: 4, tag: 7 }, createdAtMs: 5 }]]));
      await store.settings.setFact("snapshot_sequence", 9);
    });
    await reopened(file, async (store) => {
      expect(await store.providers.list()).toEqual([
        {
          id: "openai",
          config: { headers: { "x-token": "canary-header" } },
          keys: [{ id: "1", name: "main", value: "canary-key", weight: 2, models: ["a*"] }],
        },
        { id: "demo", config: {}, keys: [] },
      ]);
      expect(await store.routes.list()).toEqual([{ alias: "r", targets: [{ model: "m" }] }]);
      expect(await store.settings.read()).toEqual({ retention_days: 5, metrics_token: "canary-metrics-token" });
      expect(await store.virtualKeys.list({ includeRevoked: true })).toEqual([{ ...key("1", "one"), alike: {} }]);
      expect([...(await store.fileKeys.list())]).toEqual([["ci", { hash: "h", hint: "hg-" }]]);
      expect(await store.slots.list()).toEqual([{ owner: "1", ref: { index: 4, tag: 7 }, createdAtMs: 5 }]);
      expect(await store.settings.fact("snapshot_sequence")).toBe(9);
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
});

test("transaction() leaves nothing of what was not committed when the process is killed", async () => {
  const file = join(newDirectory(), "config.sqlite");
  const script = `
    import { openSqliteConfigStore } from ${JSON.stringify(join(import.meta.dir, "sqlite-config-store.ts"))};
    const store = openSqliteConfigStore(${JSON.stringify(file)}, ${JSON.stringify(right)});
    await store.routes.put(${JSON.stringify(route("before"))});
    await store.transaction(async () => {
      await store.routes.put(${JSON.stringify(route("during"))});
      await store.audit.append(${JSON.stringify(auditEvent(1))});
      console.log("written");
      await Bun.sleep(60_000);
    });`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", cwd: import.meta.dir });
  const { value } = await child.stdout.getReader().read();
  expect(Buffer.from(value ?? []).toString()).toContain("written");
  child.kill("SIGKILL");
  await child.exited;
  const store = openSqliteConfigStore(file, right);
  expect((await store.routes.list()).map(({ alias }) => alias)).toEqual(["before"]);
  expect(await store.audit.head()).toBeUndefined();
  store.close();
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
    const directory = newDirectory();
    const file = join(directory, "master.key");
    const database = join(directory, "config.sqlite");
    const made = loadMasterKey(undefined, file, database);
    expect(made.key).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadMasterKey("", file, database)).toEqual(made);
    expect(loadMasterKey("c".repeat(40), file, database)).toEqual({
      key: "c".repeat(40),
      origin: "HEADGATE_MASTER_KEY",
    });
  });

  test("makes none where the file is gone and there are secrets, and says which key opens them", async () => {
    const directory = newDirectory();
    const [file, database] = [join(directory, "master.key"), join(directory, "config.sqlite")];
    const made = loadMasterKey(undefined, file, database);
    const store = openSqliteConfigStore(database, made);
    expect(opensWith(database, made.key)).toBe(true);
    expect(opensWith(database, "d".repeat(64))).toBe(false);
    store.close();
    rmSync(file);
    expect(() => loadMasterKey(undefined, file, database)).toThrow(/the master key .* is gone; put it back/);
    expect(existsSync(file)).toBe(false);
    expect(opensWith(join(directory, "none.sqlite"), made.key)).toBeUndefined();
  });

  test("refuses a short key without showing it", () => {
    expect(() => loadMasterKey("short-canary", "f", "d")).toThrow(/has 12 characters, at least 32 are needed/);
  });
});
