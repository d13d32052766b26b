import { hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { AuditEvent, ChainedEvent } from "./audit-event";
import type { AuditRepository } from "./repositories";

/** Takes the place of the hash before the first event. */
export const chainStart = "0".repeat(64);

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
 * Follows the chain from its start. A change, a gap or another order shows at the first event that it touches. Events
 * that are missing at the end show only to a caller who noted the hash of one of them (`wanted`): it is not found.
 */
export async function verifyAuditChain(audit: Pick<AuditRepository, "list">, wanted?: string): Promise<Verification> {
  let head: ChainedEvent | undefined;
  let events = 0;
  let found = false;
  for (;;) {
    const page = await audit.list({ order: "oldest", limit: pageSize, ...(head && { after: head.position }) });
    for (const next of page) {
      const reason = breakAt(next, head);
      if (reason !== undefined) {
        return { events, found, broken: { position: next.position, id: next.event.id, reason }, ...(head && { head }) };
      }
      events += 1;
      found ||= next.hash === wanted;
      head = next;
    }
    if (page.length < pageSize) return { events, found, ...(head && { head }) };
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
