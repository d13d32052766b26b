import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { createSecretBox } from "../secret-box";
import { masterKeyCheck, sealedValues } from "./sealed-values";

/** Whether the secrets of a configuration's database are sealed with this master key; undefined where nothing in it tells. */
export function opensWith(file: string, masterKey: string): boolean | undefined {
  if (!existsSync(file)) return undefined;
  let database: Database | undefined;
  try {
    database = new Database(file, { readonly: true, strict: true });
    database.query("SELECT 1 FROM sealed").get();
  } catch {
    database?.close();
    return undefined;
  }
  try {
    return sealedValues(database, createSecretBox(masterKey)).get(masterKeyCheck) === undefined ? undefined : true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}
