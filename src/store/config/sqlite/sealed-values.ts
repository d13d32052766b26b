import type { Database } from "bun:sqlite";
import type { SecretBox } from "../secret-box";

/** Single values, each under the master key and its own name: who can write the file cannot make one up. */
export type SealedValues = {
  readonly get: (name: string) => string | undefined;
  readonly set: (name: string, value: string) => void;
};

/** The name of a known text that is sealed when a database is made: it opens with the right master key alone. See `sealOnce`. */
export const masterKeyCheck = "master_key_check";

export function sealedValues(database: Database, box: SecretBox): SealedValues {
  const select = database.query<{ value: Uint8Array }, [string]>("SELECT value FROM sealed WHERE name = ?");
  const upsert = database.query<null, [string, Uint8Array]>(
    "INSERT OR REPLACE INTO sealed (name, value) VALUES (?, ?)",
  );
  return {
    get: (name) => {
      const row = select.get(name);
      return row === null ? undefined : box.open(row.value, name);
    },
    set: (name, value) => void upsert.run(name, box.seal(value, name)),
  };
}
