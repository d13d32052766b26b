import type { Database } from "bun:sqlite";
import type { ConfigStore, KeyHash, StoredVirtualKey } from "../config-store";

type Row = {
  readonly id: string;
  readonly hash: string;
  readonly hint: string;
  readonly spec: string;
  readonly created_at_ms: number;
  readonly revoked_at_ms: number | null;
};

type VirtualKeyTables = Pick<
  ConfigStore,
  | "virtualKeys"
  | "virtualKey"
  | "virtualKeyNamed"
  | "addVirtualKey"
  | "changeVirtualKey"
  | "revokeVirtualKey"
  | "fileKeys"
  | "putFileKey"
  | "slots"
  | "putSlots"
  | "deleteSlots"
>;

export function virtualKeyTables(database: Database): VirtualKeyTables {
  const selectPage = database.query<Row, [string, number, number]>(
    "SELECT * FROM virtual_keys WHERE id > ?1 AND (?3 OR revoked_at_ms IS NULL) ORDER BY id LIMIT ?2",
  );
  const selectOne = database.query<Row, [string]>("SELECT * FROM virtual_keys WHERE id = ?");
  const selectNamed = database.query<Row, [string]>(
    "SELECT * FROM virtual_keys WHERE name = ? AND revoked_at_ms IS NULL",
  );
  const insert = database.query<null, [string, string, string, string, string, number]>(
    "INSERT INTO virtual_keys (id, hash, hint, name, spec, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const update = database.query<null, [string, string, string]>(
    "UPDATE virtual_keys SET name = ?2, spec = ?3 WHERE id = ?1",
  );
  const revoke = database.query<null, [string, number]>(
    "UPDATE virtual_keys SET revoked_at_ms = ?2 WHERE id = ?1 AND revoked_at_ms IS NULL",
  );
  const selectFileKeys = database.query<KeyHash & { name: string }, []>("SELECT * FROM file_keys");
  const upsertFileKey = database.query<null, [string, string, string]>(
    "INSERT OR REPLACE INTO file_keys (name, hash, hint) VALUES (?, ?, ?)",
  );
  const selectSlots = database.query<{ key_id: string; slot: number; tag: number }, []>("SELECT * FROM slots");
  const upsertSlot = database.query<null, [string, number, number]>(
    "INSERT OR REPLACE INTO slots (key_id, slot, tag) VALUES (?, ?, ?)",
  );
  const removeSlot = database.query<null, [string]>("DELETE FROM slots WHERE key_id = ?");

  return {
    virtualKeys: async ({ after = "", limit = -1, includeRevoked }) =>
      selectPage.all(after, limit, includeRevoked ? 1 : 0).map(read),
    virtualKey: async (id) => readOptional(selectOne.get(id)),
    virtualKeyNamed: async (name) => readOptional(selectNamed.get(name)),
    addVirtualKey: async ({ id, hash, hint, spec, createdAtMs }) =>
      void insert.run(id, hash, hint, spec.name, JSON.stringify(spec), createdAtMs),
    changeVirtualKey: async (id, spec) => void update.run(id, spec.name, JSON.stringify(spec)),
    revokeVirtualKey: async (id, nowMs) => revoke.run(id, nowMs).changes > 0,
    fileKeys: async () => new Map(selectFileKeys.all().map(({ name, hash, hint }) => [name, { hash, hint }])),
    putFileKey: async (name, { hash, hint }) => void upsertFileKey.run(name, hash, hint),
    slots: async () => new Map(selectSlots.all().map(({ key_id: keyId, slot, tag }) => [keyId, { index: slot, tag }])),
    putSlots: async (slots) =>
      database.transaction(() => {
        for (const [keyId, { index, tag }] of slots) upsertSlot.run(keyId, index, tag);
      })(),
    deleteSlots: async (keyIds) =>
      database.transaction(() => {
        for (const keyId of keyIds) removeSlot.run(keyId);
      })(),
  };
}

function readOptional(row: Row | null): StoredVirtualKey | undefined {
  return row === null ? undefined : read(row);
}

function read({ id, hash, hint, spec, created_at_ms: createdAtMs, revoked_at_ms: revokedAtMs }: Row): StoredVirtualKey {
  return {
    id,
    hash,
    hint,
    spec: JSON.parse(spec),
    createdAtMs,
    ...(revokedAtMs === null ? {} : { revokedAtMs }),
  };
}
