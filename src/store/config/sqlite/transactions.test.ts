import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteConfigStore } from "./sqlite-config-store";

const masterKey = { key: "a".repeat(64), origin: "test" };
const route = (alias: string) => ({ alias, targets: [{ model: "demo/echo" }] });
const event = (id: string) => ({
  id,
  atMs: 1,
  actor: "admin_token",
  action: "route.create",
  resource: { type: "route", id },
  changes: {},
});

test("transaction() keeps all or nothing, and shows it to nobody else before it is over", async () => {
  const store = openSqliteConfigStore(":memory:", masterKey);
  const seenInside: number[] = [];
  const opened = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const failing = store.transaction(async () => {
    await store.routes.put(route("a"));
    await store.audit.append(event("1"));
    seenInside.push((await store.routes.list()).length);
    opened.resolve();
    await go.promise;
    throw new Error("no");
  });
  await opened.promise;
  // Both wait: a read never sees half of it, a write never becomes part of it.
  const read = store.routes.list();
  const write = store.routes.put(route("other"));
  go.resolve();
  await expect(failing).rejects.toThrow("no");
  expect(seenInside).toEqual([1]);
  expect(await read).toEqual([]);
  await write;
  expect((await store.routes.list()).map(({ alias }) => alias)).toEqual(["other"]);
  expect(await store.audit.head()).toBeUndefined();

  const inner = await store.transaction(async () => {
    await store.routes.put(route("b"));
    return store.transaction(async () => {
      await store.slots.put(new Map());
      return "inner";
    });
  });
  expect(inner).toBe("inner");
  expect(await store.routes.list()).toHaveLength(2);
  store.close();
});

test("transaction() refuses calls that come after it is over", async () => {
  const store = openSqliteConfigStore(":memory:", masterKey);
  const over = Promise.withResolvers<void>();
  const late = Promise.withResolvers<Promise<unknown>>();
  await store.transaction(async () => {
    void over.promise.then(() => late.resolve(store.routes.put(route("late")).catch((error: unknown) => error)));
  });
  over.resolve();
  expect(String(await late.promise)).toContain("the transaction of this call is over");
  expect(await store.routes.list()).toEqual([]);
  store.close();
});

test("transaction() leaves nothing of what was not committed when the process is killed", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hg-killed-"));
  const file = join(directory, "config.sqlite");
  const script = `
    import { openSqliteConfigStore } from ${JSON.stringify(join(import.meta.dir, "sqlite-config-store.ts"))};
    const store = openSqliteConfigStore(${JSON.stringify(file)}, ${JSON.stringify(masterKey)});
    await store.routes.put(${JSON.stringify(route("before"))});
    await store.transaction(async () => {
      await store.routes.put(${JSON.stringify(route("during"))});
      await store.audit.append(${JSON.stringify(event("1"))});
      console.log("written");
      await Bun.sleep(60_000);
    });`;
  try {
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", cwd: import.meta.dir });
    const { value } = await child.stdout.getReader().read();
    expect(Buffer.from(value ?? []).toString()).toContain("written");
    child.kill("SIGKILL");
    await child.exited;
    const store = openSqliteConfigStore(file, masterKey);
    expect((await store.routes.list()).map(({ alias }) => alias)).toEqual(["before"]);
    expect(await store.audit.head()).toBeUndefined();
    store.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
