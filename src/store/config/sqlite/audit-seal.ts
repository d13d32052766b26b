import { tryParseJson } from "#lib/json";
import { integer, object, readKnown, string } from "#lib/shape";
import type { AuditSeal } from "../repositories";
import type { SealedValues } from "./sealed-values";

const shape = object<AuditSeal>({ position: integer, hash: string });

/** Seals the head of the audit chain, so that a tail that was cut off and a chain that was written anew show. */
export type HeadSeal = {
  /** Call with the head that `next` follows. Where that is not the one that was sealed, the seal stays as evidence. */
  readonly move: (head: AuditSeal | undefined, next: AuditSeal) => void;
  readonly read: () => AuditSeal | undefined;
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
    move: (head, next) => {
      const known = read("audit_head");
      const isBroken = known !== undefined && (known.position !== head?.position || known.hash !== head.hash);
      if (isBroken && read("audit_break") === undefined) sealed.set("audit_break", JSON.stringify(known));
      sealed.set("audit_head", JSON.stringify(next));
    },
    read: () => read("audit_break") ?? read("audit_head"),
  };
}
