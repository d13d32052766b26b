import { KeyTable } from "#core/key-table";
import type { Snapshot } from "#core/snapshot";
import { arrayOf, type JsonObject, numberOf } from "#lib/json";

/**
 * Virtual keys that are to be served no more, by the hashes of their secrets. **This form never changes**, whatever else
 * does: it is how a worker that cannot read newer snapshots still stops serving a key that was revoked. It is answered
 * with `{"type":"revoked","sequence":…}`, which never changes either.
 *
 * `{"type":"revoke","sequence":7,"hashes":["…"]}` ends these; with `"allBut"` in the place of `"hashes"`, all others.
 */
export type Revocation = { readonly type: "revoke"; readonly sequence: number } & (
  | { readonly hashes: readonly string[] }
  | { readonly allBut: readonly string[] }
);

export function readRevocation(message: JsonObject): Revocation | undefined {
  const sequence = numberOf(message, "sequence");
  if (sequence === undefined) return undefined;
  if (message.allBut !== undefined) return { type: "revoke", sequence, allBut: hashesIn(message, "allBut") };
  return { type: "revoke", sequence, hashes: hashesIn(message, "hashes") };
}

/** The same snapshot without the keys that end; its sequence stays. */
export function revokeKeys(snapshot: Snapshot, revocation: Revocation): Snapshot {
  const virtualKeys = KeyTable.of(snapshot.virtualKeys).with(new Map(), endedKeys(snapshot, revocation));
  return virtualKeys.size === snapshot.virtualKeys.size ? snapshot : { ...snapshot, virtualKeys };
}

function endedKeys({ virtualKeys }: Snapshot, revocation: Revocation): readonly string[] {
  if ("hashes" in revocation) return revocation.hashes;
  const kept = new Set(revocation.allBut);
  return [...virtualKeys.keys()].filter((hash) => !kept.has(hash));
}

/**
 * The same for a worker of the release before there were versions, which knows no revocations and applies deltas
 * unchecked: in the form of that release, on top of the sequence that it has.
 */
export function unversionedRevocation(sequence: number, hashes: readonly string[]): object {
  return { type: "delta", sequence: sequence + 1, deleteKeys: hashes };
}

function hashesIn(message: JsonObject, name: string): readonly string[] {
  return arrayOf(message, name).filter((hash) => typeof hash === "string");
}
