import type { Database } from "bun:sqlite";
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type SettingsConfig, settingsSchema } from "#config/settings-schema";
import { isDamage } from "#lib/damaged-database";
import { damageMark } from "#lib/database-file";
import { watchPlace } from "#lib/watch-place";
import { openFile } from "../../sqlite/open-file";
import { isWholeFile } from "../../sqlite/whole-file";
import type { ConfigStore } from "../config-store";
import { type Fact, type FactName, factSchemas } from "../facts";
import type { MasterKey } from "../master-key";
import { parseStored } from "../parse-stored";
import type { SettingsRepository } from "../repositories";
import { createSecretBox } from "../secret-box";
import { type Call, createTransactions } from "../transactions";
import { sealOnce } from "./audit-seal";
import { auditTable } from "./audit-table";
import { budgetEventTable } from "./budget-event-table";
import { keptAnswerTable } from "./kept-answer-table";
import { allowanceTables, slotTable } from "./limit-tables";
import { logNoteTable } from "./log-note-table";
import { migrations } from "./migrations";
import { providerTables } from "./provider-tables";
import { routeTable } from "./route-table";
import { scopeTable } from "./scope-tables";
import { masterKeyCheck, type SealedValues, sealedValues } from "./sealed-values";
import { sessionTable } from "./session-table";
import { fileKeyTable, virtualKeyTable } from "./virtual-key-tables";

const pragmas = ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"];

/** Opens the config store. Throws with one clear line when the master key is not the one it was made with. */
export function openSqliteConfigStore(file: string, masterKey: MasterKey): ConfigStore {
  const database = openFile(file, pragmas, migrations);
  rmSync(damageMark(file), { force: true });
  const box = createSecretBox(masterKey.key);
  const sealed = sealedValues(database, box);
  checkMasterKey(sealed, masterKey, file);
  sealOnce(database, sealed);
  const { call: plainCall, transaction } = createTransactions({
    begin: () => database.run("BEGIN IMMEDIATE"),
    commit: () => database.run("COMMIT"),
    rollback: () => {
      // A full disk makes SQLite roll back by itself.
      if (database.inTransaction) database.run("ROLLBACK");
    },
  });
  const call: Call = (work) => plainCall(() => namingDamage(file, work));
  return {
    providers: providerTables(database, call, box),
    routes: routeTable(database, call),
    virtualKeys: virtualKeyTable(database, call),
    fileKeys: fileKeyTable(database, call),
    scopes: scopeTable(database, call),
    slots: slotTable(database, call),
    allowances: allowanceTables(database, call),
    budgetEvents: budgetEventTable(database, call),
    settings: settingsTables(database, call, sealed),
    audit: auditTable(database, call, sealed),
    logNotes: logNoteTable(database, call),
    keptAnswers: keptAnswerTable(database, call, box),
    sessions: sessionTable(database, call),
    transaction,
    lookAfterFile: fileKeeper(database, file),
    close: () => database.close(),
  };
}

/**
 * Of a deleted file SQLite has all that it needs open; of one that was cut or overwritten as much as its log holds, which is all
 * of a young one. A log that lies beside the new file would be played into it.
 */
function fileKeeper(database: Database, file: string): NonNullable<ConfigStore["lookAfterFile"]> {
  const inPlace = watchPlace(file);
  return () => {
    const isInPlace = inPlace();
    if (!isInPlace && existsSync(file)) return "replaced";
    if (isInPlace && isWholeFile(database, file) !== false) return "in-place";
    const copy = `${file}.restored`;
    if (!copyWhole(database, copy)) {
      writeFileSync(damageMark(file), "", { mode: 0o600 });
      return "damaged";
    }
    for (const beside of ["-wal", "-shm"]) rmSync(file + beside, { force: true });
    renameSync(copy, file);
    return "restored";
  };
}

function namingDamage<R>(file: string, work: () => R): R {
  try {
    return work();
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw new Error(`Cannot use the database ${file}: it is damaged; put a backup in its place`, { cause });
  }
}

/** False where not all of it can be read. */
function copyWhole(database: Database, copy: string): boolean {
  rmSync(copy, { force: true });
  try {
    database.run("VACUUM INTO ?", [copy]);
  } catch (error) {
    rmSync(copy, { force: true });
    if (isDamage(error)) return false;
    throw error;
  }
  chmodSync(copy, 0o600);
  return true;
}

function checkMasterKey(sealed: SealedValues, { origin }: MasterKey, file: string): void {
  try {
    sealed.get(masterKeyCheck);
  } catch (cause) {
    throw new Error(
      `Cannot open the secrets in ${file}: the master key of ${origin} is not the one they were stored with`,
      {
        cause,
      },
    );
  }
}

function settingsTables(database: Database, call: Call, sealed: SealedValues): SettingsRepository {
  const select = database.query<{ value: string }, [string]>("SELECT value FROM facts WHERE name = ?");
  const upsert = database.query<null, [string, string]>("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)");
  return {
    read: () => call(() => readSettings(sealed.get("settings"))),
    write: (settings) => call(() => sealed.set("settings", JSON.stringify(settings))),
    fact: (name) => call(() => readFact(name, select.get(name)?.value)),
    setFact: (name, value) => call(() => void upsert.run(name, JSON.stringify(value))),
  };
}

function readSettings(text: string | undefined): SettingsConfig {
  if (text === undefined) return {};
  return parseStored(settingsSchema, text, { table: "sealed", row: "settings", column: "value" });
}

function readFact<N extends FactName>(name: N, text: string | undefined): Fact<N> | undefined {
  if (text === undefined) return undefined;
  return parseStored(factSchemas[name], text, { table: "facts", row: name, column: "value" });
}
