import type { Database } from "bun:sqlite";
import { openFile } from "../../sqlite/open-file";
import type { ConfigData, ConfigStore } from "../config-store";
import type { MasterKey } from "../master-key";
import { createSecretBox, type SecretBox } from "../secret-box";
import { auditTable } from "./audit-table";
import { budgetEventTable } from "./budget-event-table";
import { keptAnswerTable } from "./kept-answer-table";
import { limitTables } from "./limit-tables";
import { migrations } from "./migrations";
import { providerTables } from "./provider-tables";
import { routeTable } from "./route-table";
import { scopeTables } from "./scope-tables";
import { withTransactions } from "./transactions";
import { virtualKeyTables } from "./virtual-key-tables";

const pragmas = ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"];

/** Opens the config store. Throws with one clear line when the master key is not the one it was made with. */
export function openSqliteConfigStore(file: string, masterKey: MasterKey): ConfigStore {
  const database = openFile(file, pragmas, migrations);
  const box = createSecretBox(masterKey.key);
  const sealed = sealedValues(database, box);
  checkMasterKey(sealed, masterKey, file);
  const calls: ConfigData = {
    ...providerTables(database, box),
    ...routeTable(database),
    ...virtualKeyTables(database),
    ...scopeTables(database),
    ...limitTables(database),
    ...budgetEventTable(database),
    settings: async () => JSON.parse(sealed.get("settings") ?? "{}"),
    putSettings: async (settings) => sealed.set("settings", JSON.stringify(settings)),
    ...facts(database),
    ...auditTable(database),
    ...keptAnswerTable(database, box),
  };
  return { ...withTransactions(database, calls), close: () => database.close() };
}

type SealedValues = {
  readonly get: (name: string) => string | undefined;
  readonly set: (name: string, value: string) => void;
};

function sealedValues(database: Database, box: SecretBox): SealedValues {
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

/** A known text sealed at creation: it opens with the right master key alone. */
function checkMasterKey(sealed: SealedValues, { origin }: MasterKey, file: string): void {
  try {
    if (sealed.get("master_key_check") === undefined) sealed.set("master_key_check", "headgate");
  } catch (cause) {
    throw new Error(
      `Cannot open the secrets in ${file}: the master key of ${origin} is not the one they were stored with`,
      {
        cause,
      },
    );
  }
}

function facts(database: Database): Pick<ConfigData, "fact" | "setFact"> {
  const select = database.query<{ value: string }, [string]>("SELECT value FROM facts WHERE name = ?");
  const upsert = database.query<null, [string, string]>("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)");
  return {
    fact: async (name) => select.get(name)?.value,
    setFact: async (name, value) => void upsert.run(name, value),
  };
}
