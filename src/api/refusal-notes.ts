import type { AuditTrail } from "#audit/audit-trail";
import type { FieldChanges } from "#audit/field-changes";
import type { Origin } from "#audit/origin";
import { maskSecrets } from "#lib/mask-secrets";
import type { Log } from "#telemetry/log";

/**
 * Notes refused requests (401, 403). The first refusal of an address is an event at once, those that follow within a minute are
 * counted into one more; so are all of addresses beyond the thirtieth. A flood cannot fill the disk.
 */
export type RefusalNotes = {
  readonly refused: (origin: Origin, what: RefusedRequest) => Promise<void>;
  /** Writes the counts whose minute is over; `all`: the others too. */
  readonly flush: (all?: "all") => Promise<void>;
};

export type RefusedRequest = { readonly method: string; readonly path: string; readonly status: number };

type Counted = { readonly sinceMs: number; repeated: number; origin: Origin; what: RefusedRequest };

const minuteMs = 60_000;
const mostAddresses = 30;
const longestPath = 200;

export function createRefusalNotes(audit: Pick<AuditTrail, "note">, nowMs: () => number): RefusalNotes {
  const counts = new Map<string, Counted>();
  const write = (origin: Origin, { method, path, status }: RefusedRequest, more: FieldChanges = {}) =>
    audit.note(origin, {
      action: "admin.refused",
      resource: { type: "api", id: maskSecrets(path, []).slice(0, longestPath) },
      changes: { method, status, ...more },
    });
  const flush: RefusalNotes["flush"] = async (all) => {
    const over = [...counts].filter(([, { sinceMs }]) => all === "all" || nowMs() - sinceMs >= minuteMs);
    // Forgotten before anything is awaited: no refusal is counted twice.
    for (const [name] of over) counts.delete(name);
    for (const [, { repeated, sinceMs, origin, what }] of over) {
      if (repeated > 0) await write(origin, what, { repeated, since: new Date(sinceMs).toISOString() });
    }
  };
  return {
    refused: async (origin, what) => {
      await flush();
      const own = origin.client ?? "";
      const name = counts.has(own) || counts.size < mostAddresses ? own : "others";
      const counted = counts.get(name);
      if (counted === undefined) {
        counts.set(name, { sinceMs: nowMs(), repeated: 0, origin, what });
        await write(origin, what);
      } else {
        counted.repeated += 1;
        counted.origin = origin;
        counted.what = what;
      }
    },
    flush,
  };
}

/** Writes the counts every minute, and what is left at the end. */
export function countRefusals(refusals: RefusalNotes, log: Log): { readonly close: () => Promise<void> } {
  const flush = (all?: "all") =>
    refusals.flush(all).catch((err: unknown) => log.error({ err }, "Cannot note refused admin requests"));
  const timer = setInterval(() => void flush(), minuteMs);
  return {
    close: async () => {
      clearInterval(timer);
      await flush("all");
    },
  };
}
