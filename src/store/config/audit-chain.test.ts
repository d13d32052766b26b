import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chainHash, verifyAuditChain } from "./audit-chain";
import type { ConfigStore } from "./config-store";
import { createSecretBox } from "./secret-box";
import { masterKeyCheck, sealedValues } from "./sqlite/sealed-values";
import { openSqliteConfigStore } from "./sqlite/sqlite-config-store";

const masterKey = { key: "a".repeat(64), origin: "test" };
const event = (number: number) => ({
  id: `event-${number}`,
  atMs: number,
  actor: "admin_token",
  action: "virtual_key.create",
  resource: { type: "virtual_key", id: `${number}`, name: "ci" },
  changes: { models: { from: ["*"], to: ["a"] } },
  client: "192.0.2.1",
});

/** A chain of five events, and the same file opened by somebody who writes into it by hand. */
async function withChain(use: (store: ConfigStore, byHand: Database) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hg-chain-"));
  const file = join(directory, "config.sqlite");
  const store = openSqliteConfigStore(file, masterKey);
  const byHand = new Database(file);
  try {
    for (let number = 1; number <= 5; number++) await store.audit.append(event(number));
    await use(store, byHand);
  } finally {
    byHand.close();
    store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("verifyAuditChain()", () => {
  test("finds a whole chain whole, and says whether a hash is in it", () =>
    withChain(async (store) => {
      const head = await store.audit.head();
      expect(await verifyAuditChain(store.audit, head?.hash)).toMatchObject({
        events: 5,
        found: true,
        head: { position: 5 },
      });
      expect(await verifyAuditChain(store.audit, "f".repeat(64))).toMatchObject({ events: 5, found: false });
    }));

  const changed = "it was changed after it was written";
  const cases: readonly (readonly [sql: string, broken: object])[] = [
    ["UPDATE audit_events SET actor = 'control_socket' WHERE position = 3", { position: 3, reason: changed }],
    ["UPDATE audit_events SET at_ms = at_ms + 1 WHERE position = 1", { position: 1, reason: changed }],
    ["UPDATE audit_events SET resource_name = NULL WHERE position = 5", { position: 5, reason: changed }],
    [
      "UPDATE audit_events SET changes = replace(changes, 'a', 'b') WHERE position = 2",
      { position: 2, reason: changed },
    ],
    ["UPDATE audit_events SET changes = 'no JSON' WHERE position = 2", { position: 2, reason: changed }],
    ["UPDATE audit_events SET client = NULL, user_agent = client WHERE position = 2", { position: 2, reason: changed }],
    ["DELETE FROM audit_events WHERE position = 3", { position: 4, reason: "event 3 is missing" }],
    ["DELETE FROM audit_events WHERE position = 1", { position: 2, reason: "event 1 is missing" }],
    [
      `DELETE FROM audit_events WHERE position = 3;
       UPDATE audit_events SET position = position - 1 WHERE position > 3`,
      { position: 3, reason: "it does not follow on the event before it" },
    ],
  ];
  for (const [sql, broken] of cases) {
    test(`names the event that was touched by ${sql.replace(/\s+/g, " ")}`, () =>
      withChain(async (store, byHand) => {
        byHand.exec(sql);
        expect((await verifyAuditChain(store.audit)).broken).toMatchObject(broken);
      }));
  }

  test("does not find the noted head of a chain that was cut at the end", () =>
    withChain(async (store, byHand) => {
      const head = await store.audit.head();
      byHand.exec("DELETE FROM audit_events WHERE position = 5");
      expect(await verifyAuditChain(store.audit, head?.hash)).toMatchObject({ events: 4, found: false });
      await store.audit.append(event(6));
      expect(await verifyAuditChain(store.audit, head?.hash)).toMatchObject({ events: 5, found: false });
    }));

  const takenAway = "the seal of its head was changed or taken away";
  const gone = "the event that was sealed as its head is gone or was written anew";
  test("finds an end that was cut off by the seal of the head, also after more was added", () =>
    withChain(async (store, byHand) => {
      byHand.exec("DELETE FROM audit_events WHERE position > 3");
      expect((await verifyAuditChain(store.audit)).broken).toMatchObject({ position: 5, reason: gone });
      for (const index of [6, 7, 8]) await store.audit.append(event(index));
      expect((await verifyAuditChain(store.audit)).broken).toMatchObject({ position: 5, reason: gone });
    }));

  test("finds a chain that was emptied, written anew or lengthened by hand", () =>
    withChain(async (store, byHand) => {
      const last = await store.audit.head();
      if (last === undefined) throw new Error("There is no head");
      const more = { ...last.event, id: "forged" };
      const hash = chainHash(last.hash, 6, more, last.changesText);
      byHand.exec(
        `INSERT INTO audit_events (position, id, at_ms, actor, action, resource_type, resource_id, resource_name, changes,
           client, user_agent, request_id, previous_hash, hash)
         SELECT 6, 'forged', at_ms, actor, action, resource_type, resource_id, resource_name, changes,
           client, user_agent, request_id, hash, '${hash}' FROM audit_events WHERE position = 5`,
      );
      expect((await verifyAuditChain(store.audit)).broken).toMatchObject({
        position: 6,
        reason: "it was added by somebody without the master key",
      });
      byHand.exec("DELETE FROM audit_events");
      expect((await verifyAuditChain(store.audit)).broken).toMatchObject({ position: 5, reason: gone });
      byHand.exec("UPDATE sealed SET value = x'00' WHERE name = 'audit_head'");
      expect((await verifyAuditChain(store.audit)).broken).toMatchObject({
        reason: takenAway,
      });
    }));

  test("finds a chain whose seal was taken away, with its end or all of it, also after more was added", async () => {
    for (const what of ["position > 3", "position > 0"]) {
      await withChain(async (store, byHand) => {
        byHand.exec(`DELETE FROM audit_events WHERE ${what}; DELETE FROM sealed WHERE name = 'audit_head'`);
        expect((await verifyAuditChain(store.audit)).broken).toMatchObject({ reason: takenAway });
        await store.audit.append(event(6));
        expect((await verifyAuditChain(store.audit)).broken).toMatchObject({ reason: gone });
      });
    }
  });

  test("finds a chain whose seal was taken away, whatever else was changed to have it sealed anew at the next start", async () => {
    const more = [
      "INSERT INTO facts (name, value) VALUES ('audit_to_seal', 'true')",
      "DELETE FROM sealed WHERE name = 'master_key_check'",
      "DELETE FROM sealed; DELETE FROM audit_events",
      "PRAGMA user_version = 7; DELETE FROM sealed",
    ];
    for (const sql of more) {
      await withChain(async (store, byHand) => {
        await store.settings.setFact("config_file_hash", "one");
        byHand.exec("DELETE FROM audit_events WHERE position > 3; DELETE FROM sealed WHERE name = 'audit_head'");
        byHand.exec(sql);
        openSqliteConfigStore(byHand.filename, masterKey).close();
        expect((await verifyAuditChain(store.audit)).broken).toMatchObject({ reason: takenAway });
      });
    }
  });

  test("finds a chain whole that is empty, or whose head was not sealed before an upgrade", () =>
    withChain(async (store, byHand) => {
      expect((await verifyAuditChain(openSqliteConfigStore(":memory:", masterKey).audit)).broken).toBeUndefined();
      byHand.exec("DELETE FROM sealed WHERE name = 'audit_head'");
      sealedValues(byHand, createSecretBox(masterKey.key)).set(masterKeyCheck, "headgate");
      openSqliteConfigStore(byHand.filename, masterKey).close();
      expect((await verifyAuditChain(store.audit)).broken).toBeUndefined();
      await store.audit.append(event(6));
      expect(await verifyAuditChain(store.audit)).toMatchObject({ events: 6, head: { position: 6 } });
      expect((await verifyAuditChain(store.audit)).broken).toBeUndefined();
    }));
});
