import { hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { AuditEvent, ChainedEvent } from "./audit-event";
import type { AuditRepository, AuditSeal } from "./repositories";

/** Takes the place of the hash before the first event. */
export const chainStart = "0".repeat(64);

/** The head of a chain without events, as it is sealed. */
export const emptyChain: AuditSeal = { position: 0, hash: chainStart };

/**
 * Hash of an event in its place: SHA-256, in hex, over UTF-8 JSON of an array of the hash before it, its position and
 * its fields in this order, null where one is absent. `changes` goes in as the text that is stored.
 */
export function chainHash(previousHash: string, position: number, event: AuditEvent, changes: string): string {
  const { id, atMs, actor, action, resource, client, userAgent, requestId } = event;
  const fields = [id, atMs, actor, action, resource.type, resource.id, resource.name ?? null, changes];
  const origin = [client ?? null, userAgent ?? null, requestId ?? null];
  return hash("sha256", JSON.stringify([previousHash, position, ...fields, ...origin]), "hex");
}

export type Verification = {
  /** How many events are there, up to the break where there is one. */
  readonly events: number;
  /** Whether the hash that was asked about is one of theirs. */
  readonly found: boolean;
  readonly head?: ChainedEvent;
  readonly broken?: { readonly position: number; readonly id: string; readonly reason: string };
};

const pageSize = 1000;

/**
 * Follows the chain from its start. A change, a gap or another order shows at the first event that it touches; an end that was
 * cut off, and a chain that was written anew, by the head that the master key sealed. To a caller who noted the hash of an event
 * (`wanted`) also a database shows that an older copy of itself took the place of.
 */
export async function verifyAuditChain(
  audit: Pick<AuditRepository, "list" | "sealed">,
  wanted?: string,
): Promise<Verification> {
  const seal = await sealOf(audit);
  const { isSealFound, ...found } = await follow(audit, seal, wanted);
  // Events are added while it is followed: none of them may come after what is sealed by then.
  const broken = found.broken ?? breakOfSeal({ ...found, isSealFound }, seal, await sealOf(audit));
  return broken === undefined ? found : { ...found, broken };
}

/** Where the end of a chain that is whole in itself is not what was sealed before and after it was followed. */
export function breakOfSeal(
  { head, isSealFound }: Pick<Followed, "head" | "isSealFound">,
  before: Seal,
  after: Seal,
): Verification["broken"] {
  const broken = (position: number, reason: string) => ({ position, id: "", reason });
  if (before === "changed" || after === "changed")
    return broken(head?.position ?? 0, "the seal of its head was changed or taken away");
  if (!isSealFound) return broken(before.position, "the event that was sealed as its head is gone or was written anew");
  if (head !== undefined && head.position > after.position)
    return broken(after.position + 1, "it was added by somebody without the master key");
  return undefined;
}

type Followed = Verification & { readonly isSealFound: boolean };
export type Seal = AuditSeal | "changed";

export async function sealOf(audit: Pick<AuditRepository, "sealed">): Promise<Seal> {
  return audit.sealed().catch(() => "changed" as const);
}

export function isSame(left: AuditSeal, right: AuditSeal): boolean {
  return left.position === right.position && left.hash === right.hash;
}

async function follow(audit: Pick<AuditRepository, "list">, seal: Seal, wanted?: string): Promise<Followed> {
  const sealed = seal === "changed" ? undefined : seal;
  let isSealFound = sealed !== undefined && isSame(sealed, emptyChain);
  let head: ChainedEvent | undefined;
  let events = 0;
  let found = false;
  for (;;) {
    const page = await audit.list({ order: "oldest", limit: pageSize, ...(head && { after: head.position }) });
    for (const next of page) {
      const reason = breakAt(next, head);
      if (reason !== undefined) {
        return {
          events,
          found,
          isSealFound,
          broken: { position: next.position, id: next.event.id, reason },
          ...(head && { head }),
        };
      }
      events += 1;
      found ||= next.hash === wanted;
      isSealFound ||= sealed !== undefined && isSame(sealed, next);
      head = next;
    }
    if (page.length < pageSize) return { events, found, isSealFound, ...(head && { head }) };
    // A long chain must not hold up other requests.
    await setImmediate();
  }
}

/** Why an event does not follow on the one before it; undefined when it does. */
function breakAt(
  { position, event, previousHash, hash: own, changesText }: ChainedEvent,
  before: ChainedEvent | undefined,
): string | undefined {
  const expected = (before?.position ?? 0) + 1;
  if (position !== expected) return `event ${expected} is missing`;
  if (previousHash !== (before?.hash ?? chainStart)) return "it does not follow on the event before it";
  return own === chainHash(previousHash, position, event, changesText)
    ? undefined
    : "it was changed after it was written";
}
