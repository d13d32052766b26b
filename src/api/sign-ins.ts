import type { AuditNote, AuditTrail } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";

/**
 * Notes sign-ins. Whoever shows the admin token signs in with the first request from an address, and again with the first
 * after twelve hours without one. The control plane remembers this while it runs.
 */
export type SignIns = {
  /** @param tokenHash Of the token that was shown: a new token is a new sign-in. `event`: what is noted of it. */
  readonly seen: (origin: Origin, tokenHash: string, event?: AuditNote) => Promise<void>;
};

/** A store that takes nothing locks no admin out: the sign-in is noted when it does again. */
const retryMs = 60_000;
const idleMs = 12 * 60 * 60 * 1000;
/** The one that was seen the longest ago is forgotten, and signs in again. */
const mostRemembered = 1000;

export function createSignIns(
  audit: Pick<AuditTrail, "note">,
  nowMs: () => number,
  onError: (error: unknown) => void,
): SignIns {
  const lastSeen = new Map<string, Seen>();
  return {
    seen: async (
      origin,
      tokenHash,
      event = { action: "admin.sign_in", resource: { type: "admin", id: origin.actor } },
    ) => {
      const name = `${tokenHash} ${origin.client ?? ""}`;
      const [before, atMs] = [lastSeen.get(name), nowMs()];
      const isDue = before === undefined || atMs - before.atMs >= (before.noted ? idleMs : retryMs);
      // Set anew, so that the order of the map is that of the last requests.
      lastSeen.delete(name);
      lastSeen.set(name, isDue || before.noted ? { noted: true, atMs } : before);
      if (!isDue) return;
      const [oldest] = lastSeen.keys();
      if (lastSeen.size > mostRemembered && oldest !== undefined) lastSeen.delete(oldest);
      await audit.note(origin, event).catch((error: unknown) => {
        lastSeen.set(name, { noted: false, atMs });
        onError(error);
      });
    },
  };
}

/** When it was last seen, or when noting it failed. */
type Seen = { readonly noted: boolean; readonly atMs: number };
