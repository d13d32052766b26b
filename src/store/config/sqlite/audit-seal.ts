import type { Database } from "bun:sqlite";
import { tryParseJson } from "#lib/json";
import { integer, object, readKnown, string } from "#lib/shape";
import { emptyChain, isSame } from "../audit-chain";
import type { AuditSeal } from "../repositories";
import type { SealedValues } from "./sealed-values";

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

/** Seals the chain of a database that is new or from before heads were sealed, once. */
export function sealOnce(database: Database, sealed: SealedValues): void {
  const seal = database.transaction(() => {
    const { changes } = database.run("DELETE FROM facts WHERE name = 'audit_to_seal'");
    if (changes === 0 || sealed.get("audit_head") !== undefined) return;
    const head = database
      .query<AuditSeal, []>("SELECT position, hash FROM audit_events ORDER BY position DESC LIMIT 1")
      .get();
    sealed.set("audit_head", JSON.stringify(head ?? emptyChain));
  });
  seal.immediate();
}
