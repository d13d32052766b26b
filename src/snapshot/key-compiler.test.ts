import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfiguredVirtualKey } from "#config/configured";
import { noEntries } from "#config/file-entries";
import { hashSecret } from "#core/virtual-key";
import { openLedgerAdmin } from "#ledger/admin";
import { prepareLedger } from "#ledger/prepare-ledger";
import type { ConfigStore } from "#store/config/config-store";
import { openStores } from "#store/open-stores";
import { createKeyCompiler } from "./key-compiler";
import { createLimitSlots } from "./limit-slots";
import { sectionRows } from "./sections";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

async function compiler(store: ConfigStore) {
  const directory = mkdtempSync(join(tmpdir(), "hg-keys-"));
  directories.push(directory);
  const file = join(directory, "ledger");
  prepareLedger(file, { workers: 1, generation: 1 });
  const ledger = openLedgerAdmin(file, { role: "control", generation: 1 });
  ledger.rebuildLedger([]);
  const slots = await createLimitSlots({ store, ledger, nowMs: () => 1000, acknowledged: () => undefined });
  return { ...createKeyCompiler(store.allowances, slots, () => 1000), slots, ledger };
}

const openStore = () => openStores("memory:").config({ key: "k".repeat(32), origin: "test" });

function key(id: string, secret: string, more: Partial<ConfiguredVirtualKey> = {}): ConfiguredVirtualKey {
  return { id, source: "store", hash: hashSecret(secret), hint: "", spec: { name: id }, ...more };
}

test("compile() gives a secret that was rotated away to who has it for his own by now, however they are ordered", async () => {
  const previous = { hash: hashSecret("old"), untilMs: 5000 };
  const rotated = key("a", "new", { previous });
  const owner = key("b", "old");
  for (const order of [
    [rotated, owner],
    [owner, rotated],
  ]) {
    const table = await (await compiler(await openStore())).compile((take) => take(order));
    expect([table.size, table.get(hashSecret("new"))?.id, table.get(hashSecret("old"))?.id]).toEqual([2, "a", "b"]);
  }
  const alone = await (await compiler(await openStore())).compile((take) => take([rotated]));
  expect(alone.get(previous.hash)).toMatchObject({ id: "a", expiresAtMs: 5000 });
});

test("compile() takes the file's key where a stored one has the same secret", async () => {
  const { compile } = await compiler(await openStore());
  const file = key("file:a", "same", { source: "file" });
  const table = await compile(async (take) => {
    await take([key("a", "same"), key("b", "other")]);
    await take([file]);
  });
  expect([table.size, table.get(file.hash)?.id]).toEqual([2, "file:a"]);
});

test("compile() finds every stored key of several pages, with the slots that it had, and writes the ledger once", async () => {
  const store = await openStore();
  const budgets = [{ limit_usd: "1", period: "1d" as const }];
  const ids = Array.from({ length: 4500 }, (_, at) => `k${10_000 + at}`);
  for (const id of ids) {
    const spec = { name: id, budgets };
    await store.virtualKeys.add({ id, hash: hashSecret(id), hint: "", spec, createdAtMs: 0 });
  }
  const { compile, slots, ledger } = await compiler(store);
  const pages = await sectionRows.virtualKeys.entries({
    file: noEntries,
    fileKeys: [],
    store,
    secrets: () => undefined,
    credentials: () => undefined,
  });
  const first = await compile(pages);
  expect(ids.filter((id) => first.get(hashSecret(id))?.limits.length !== 1)).toEqual([]);
  slots.apply();
  const again = await compile(pages);
  expect(ids.filter((id) => !Bun.deepEquals(again.get(hashSecret(id)), first.get(hashSecret(id))))).toEqual([]);
  const slot = first.get(hashSecret(ids[0] ?? ""))?.limits[0]?.slot ?? { index: 0, tag: 0 };
  const spec = { allowance: 1e9, unit: "nanodollars", mode: "hard" } as const;
  expect(ledger.isSlotSet(slot.index, slot.tag, spec)).toBe(true);
  expect(ledger.isSlotSet(slot.index, slot.tag + 1, spec)).toBe(false);
  expect(ledger.isSlotSet(slot.index, slot.tag, { ...spec, allowance: 2e9 })).toBe(false);
  expect(ledger.isSlotSet(1e6, 1, spec)).toBe(false);
});
