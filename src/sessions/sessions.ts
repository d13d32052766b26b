import { hashSecret } from "#core/virtual-key";
import type { SessionRepository } from "#store/config/repositories";
import {
  type SessionPrincipal,
  type SessionStart,
  type StoredSession,
  sessionOwner,
} from "#store/config/stored-session";
import { isSecret, newSecret } from "./session-secret";

/** Who is signed in, whatever they signed in with. */
export type Sessions = {
  /** `secret` is for the cookie alone: it is not kept. */
  readonly begin: (start: NewSession) => Promise<{ readonly session: StoredSession; readonly secret: string }>;
  /** The session of a cookie, if it is still one; noted as used. */
  readonly find: (secret: string) => Promise<StoredSession | undefined>;
  /** Those that have not ended by their age. */
  readonly list: () => Promise<readonly StoredSession[]>;
  /** False when there is none. */
  readonly end: (id: string) => Promise<boolean>;
  /** Ends all of one principal; says how many. */
  readonly endAll: (owner: string) => Promise<number>;
  /** Deletes those whose time is over. */
  readonly endDue: () => Promise<void>;
  /** Aborted when the session ends; for answers that go on. */
  readonly endOf: (id: string) => AbortSignal;
};

export type NewSession = {
  /** Whether it came over a way that others cannot read: it may be older then. */
  readonly isSecure: boolean;
  readonly principal: (secret: string) => SessionPrincipal;
  readonly from: SessionStart;
};

export type SessionsParts = {
  readonly store: SessionRepository;
  /** Whether what a session was begun with still holds. */
  readonly holds: (principal: SessionPrincipal, secret: string) => Promise<boolean>;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

const hourMs = 3_600_000;
const idleMs = 12 * hourMs;
const secureAgeMs = 7 * 24 * hourMs;
const plainAgeMs = 8 * hourMs;
/** A use is stored when it is this much later than the one that was: a page asks several times a second. */
const seenStepMs = 60_000;
/** Of one principal; the oldest ends when another begins. */
const mostOfOwner = 100;
/** In memory; the one that was used the longest ago is read from the store again. */
const mostCached = 1000;

export function sessionAgeMs(isSecure: boolean): number {
  return isSecure ? secureAgeMs : plainAgeMs;
}

/** When it ends unless it is used before. */
export function sessionEndMs({ seenAtMs, expiresAtMs }: StoredSession): number {
  return Math.min(seenAtMs + idleMs, expiresAtMs);
}

export function createSessions({ store, holds, newId, nowMs }: SessionsParts): Sessions {
  const cache = createCache(store);
  const ends = new Map<string, AbortController>();
  const gone = createGone();

  const end = async ({ id, hash }: StoredSession): Promise<boolean> => {
    gone.add(id);
    const wasThere = await store.delete(id);
    cache.forget(hash);
    ends.get(id)?.abort();
    ends.delete(id);
    return wasThere;
  };
  const endEach = async (sessions: readonly StoredSession[]) => {
    for (const session of sessions) await end(session);
    return sessions.length;
  };
  const isOver = (session: StoredSession) => sessionEndMs(session) <= nowMs();
  const current = async () => (await store.list()).map(cache.newest);

  return {
    begin: async ({ isSecure, principal: principalOf, from }) => {
      const [secret, atMs] = [newSecret(), nowMs()];
      const principal = principalOf(secret);
      const [expiresAtMs, hash] = [atMs + sessionAgeMs(isSecure), hashSecret(secret)];
      const session = { id: newId(), hash, principal, createdAtMs: atMs, seenAtMs: atMs, expiresAtMs, from };
      const others = await store.list(sessionOwner(principal));
      await endEach(others.slice(0, Math.max(0, others.length - mostOfOwner + 1)));
      await store.add(session);
      return { session, secret };
    },
    find: async (secret) => {
      if (!isSecret(secret)) return undefined;
      const session = await cache.find(hashSecret(secret));
      if (session === undefined) return undefined;
      if (isOver(session) || !(await holds(session.principal, secret))) {
        await end(session);
        return undefined;
      }
      // It may have been ended while that was looked at.
      return gone.has(session.id) ? undefined : cache.seen(session, nowMs());
    },
    list: async () => (await current()).filter((session) => !isOver(session)),
    end: async (id) => {
      const session = (await store.list()).find((one) => one.id === id);
      return session !== undefined && end(session);
    },
    endAll: async (owner) => endEach(await store.list(owner)),
    endDue: async () => void (await endEach((await current()).filter(isOver))),
    endOf: (id) => {
      if (gone.has(id)) return AbortSignal.abort();
      const controller = ends.get(id) ?? new AbortController();
      ends.set(id, controller);
      return controller.signal;
    },
  };
}

/** Ids of sessions that ended lately: a request that found one just before must not bring it back. */
function createGone() {
  const ids = new Set<string>();
  return {
    add: (id: string) => {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > mostCached && oldest !== undefined) ids.delete(oldest);
    },
    has: (id: string) => ids.has(id),
  };
}

/** Sessions that were used lately, by the hash of their secret, with their last use. */
function createCache(store: SessionRepository) {
  const known = new Map<string, Cached>();
  /** Set anew, so that the order of the map is that of the last uses. */
  const keep = (entry: Cached) => {
    known.delete(entry.session.hash);
    known.set(entry.session.hash, entry);
    const [oldest] = known.keys();
    if (known.size > mostCached && oldest !== undefined) known.delete(oldest);
  };
  return {
    find: async (hash: string): Promise<StoredSession | undefined> =>
      known.get(hash)?.session ?? (await store.find(hash)),
    /** As it was used last. */
    newest: (session: StoredSession): StoredSession => known.get(session.hash)?.session ?? session,
    forget: (hash: string) => known.delete(hash),
    seen: async (session: StoredSession, atMs: number): Promise<StoredSession> => {
      const storedMs = known.get(session.hash)?.storedMs ?? session.seenAtMs;
      const isDue = atMs - storedMs >= seenStepMs;
      const seen = { ...session, seenAtMs: atMs };
      keep({ session: seen, storedMs: isDue ? atMs : storedMs });
      if (isDue) await store.seen(session.id, atMs);
      return seen;
    },
  };
}

/** `storedMs`: the use that the store has. */
type Cached = { readonly session: StoredSession; readonly storedMs: number };
