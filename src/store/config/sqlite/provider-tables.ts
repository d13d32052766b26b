import type { Database } from "bun:sqlite";
import { type ProviderConfig, providerSchema } from "#config/provider-schema";
import { globs } from "#config/schema-fields";
import { parseStored } from "../parse-stored";
import type { ProviderRepository } from "../repositories";
import type { SecretBox } from "../secret-box";
import type { NewProviderKey, StoredProvider } from "../stored-provider";
import type { Call } from "../transactions";

type ProviderRow = { readonly id: string; readonly config: Uint8Array };
type KeyRow = {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly value: Uint8Array;
  readonly weight: number;
  readonly models: string | null;
};

export function providerTables(database: Database, call: Call, box: SecretBox): ProviderRepository {
  const selectProviders = database.query<ProviderRow, []>("SELECT id, config FROM providers ORDER BY position");
  const selectKeys = database.query<KeyRow, []>("SELECT * FROM provider_keys ORDER BY position");
  const upsertProvider = database.query<null, [string, Uint8Array]>(
    "INSERT INTO providers (id, config) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET config = ?2",
  );
  const deleteProvider = database.query<null, [string]>("DELETE FROM providers WHERE id = ?");
  const upsertKey = database.query<null, [string, string, string, Uint8Array, number, string | null]>(
    `INSERT INTO provider_keys (id, provider, name, value, weight, models) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (id) DO UPDATE SET name = ?3, value = ?4, weight = ?5, models = ?6`,
  );
  const deleteKey = database.query<null, [string, string]>("DELETE FROM provider_keys WHERE provider = ? AND id = ?");

  return {
    list: () =>
      call(() => {
        const keys = Map.groupBy(selectKeys.all(), (row) => row.provider);
        return selectProviders.all().map(
          (row): StoredProvider => ({
            id: row.id,
            config: readConfig(row, box),
            keys: (keys.get(row.id) ?? []).map((key) => readKey(key, box)),
          }),
        );
      }),
    put: (id, config) => call(() => void upsertProvider.run(id, box.seal(JSON.stringify(config), providerContext(id)))),
    delete: (id) => call(() => deleteProvider.run(id).changes > 0),
    putKey: (provider, { id, name, value, weight, models }) =>
      call(() => {
        const sealed = box.seal(value, keyContext(id));
        upsertKey.run(id, provider, name, sealed, weight, models === undefined ? null : JSON.stringify(models));
      }),
    deleteKey: (provider, id) => call(() => deleteKey.run(provider, id).changes > 0),
  };
}

function readConfig({ id, config }: ProviderRow, box: SecretBox): ProviderConfig {
  const text = box.open(config, providerContext(id));
  return parseStored(providerSchema, text, { table: "providers", row: id, column: "config" });
}

function readKey({ id, name, value, weight, models }: KeyRow, box: SecretBox): NewProviderKey {
  const key = { id, name, value: box.open(value, keyContext(id)), weight };
  if (models === null) return key;
  return { ...key, models: parseStored(globs, models, { table: "provider_keys", row: id, column: "models" }) };
}

/** Sealed as a whole: constant headers may hold a secret. */
function providerContext(id: string): string {
  return `provider ${id}`;
}

function keyContext(id: string): string {
  return `provider key ${id}`;
}
