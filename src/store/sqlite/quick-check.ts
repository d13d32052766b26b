import { Database } from "bun:sqlite";
import { messageOf } from "#lib/message-of";

/** What SQLite finds wrong with a database, in its words; undefined where nothing is. Reads all of it. */
export function quickCheck(file: string): string | undefined {
  let database: Database | undefined;
  try {
    database = new Database(file, { readonly: true, strict: true });
    const found = database.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check ?? "ok";
    return found === "ok" ? undefined : found.replace(/\s+/g, " ");
  } catch (error) {
    return messageOf(error);
  } finally {
    database?.close();
  }
}
