import type { Database } from "bun:sqlite";
import { tryParseJson } from "#lib/json";
import { integer, object, readKnown, string } from "#lib/shape";
import { emptyChain, isSame } from "../audit-chain";
import type { AuditSeal } from "../repositories";
import { masterKeyCheck, type SealedValues } from "./sealed-values";

const shape = object<AuditSeal>({ position: integer, hash: string });

/** Seals the head of the audit chain, so that a tail that was cut off and a chain that was written anew show. */
export type HeadSeal = {
  /** Call with the head that `next` follows. Where that is not the one that was sealed, the seal stays as evidence. */
  readonly move: (head: AuditSeal | undefined, next: AuditSeal) => void;
  /** Throws where it was changed or taken away. */
  readonly read: () => AuditSeal;
};

export function headSeal(sealed: SealedValues): HeadSeal {
  const read = (name: string): AuditSeal | undefined => {
    const text = sealed.get(name);
    if (text === undefined) return undefined;
    const found = readKnown(shape, tryParseJson(text));
    if ("value" in found) return found.value;
    throw new Error(`Cannot read the seal of the audit chain: ${found.wrong}`);
  };
  return {
    move: (head = emptyChain, next) => {
      // Of one that was taken away no event has the hash.
      const known = read("audit_head") ?? { position: head.position, hash: "" };
      if (!isSame(known, head) && read("audit_break") === undefined) sealed.set("audit_break", JSON.stringify(known));
      sealed.set("audit_head", JSON.stringify(next));
    },
    read: () => {
      const seal = read("audit_break") ?? read("audit_head");
      if (seal === undefined) throw new Error("Cannot read the seal of the audit chain: it is gone");
      return seal;
    },
  };
}

/**
 * Seals the chain of a database that is new or from before heads were sealed. That it was done is said by the text that the master
 * key is checked with: who takes the seal away cannot make the text from before, and cannot delete it from a database in use.
 */
export function sealOnce(database: Database, sealed: SealedValues): void {
  const isDone = () => sealed.get(masterKeyCheck) === sealedFromHereOn;
  if (isDone()) return;
  const seal = database.transaction(() => {
    if (isDone()) return;
    const isYoung = sealed.get(masterKeyCheck) !== undefined || isEmpty(database);
    if (isYoung && sealed.get("audit_head") === undefined) {
      const head = database
        .query<AuditSeal, []>("SELECT position, hash FROM audit_events ORDER BY position DESC LIMIT 1")
        .get();
      sealed.set("audit_head", JSON.stringify(head ?? emptyChain));
    }
    sealed.set(masterKeyCheck, sealedFromHereOn);
  });
  seal.immediate();
}

/** What databases had before was another text. */
const sealedFromHereOn = "headgate, audit sealed";

/** Whether nothing was ever stored in it: a start that was killed may have made no more than its tables. */
function isEmpty(database: Database): boolean {
  const tables = database
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_writers'",
    )
    .all();
  return tables.every(({ name }) => database.query(`SELECT 1 FROM "${name}" LIMIT 1`).get() === null);
}
