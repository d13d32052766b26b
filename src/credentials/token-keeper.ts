import type { Credentials } from "#config/credentials-schema";
import { explainIssue } from "./explain-issue";
import { fingerprintOf } from "./fingerprint";
import type { IssueToken, Token } from "./token";

/** The token that holds of a key's credentials, if there is one. `label` is what problems call it: `provider/key`. */
export type TokenLookup = (credentials: Credentials, label: string) => Token | undefined;

export type TokenState = {
  readonly isThere: boolean;
  /** Absent: it does not expire, or there is none. */
  readonly expiresAtMs?: number;
  readonly refreshedAtMs?: number;
  /** Why the last try failed. */
  readonly problem?: string;
};

/** Keeps a token of each credentials that are in use, and gets the next one before it expires. */
export type TokenKeeper = {
  /**
   * Begins anew to note what is in use: what the newest one is not asked for is forgotten. Fetches nothing: it is asked inside of
   * transactions, and what begins there must end there.
   */
  readonly lookup: () => TokenLookup;
  /** Waits until a token of them is there, or a try has failed, or the time is over. */
  readonly prepare: (credentials: Credentials, label: string, withinMs: number) => Promise<void>;
  /** The same for all that are in use. */
  readonly settled: (withinMs: number) => Promise<void>;
  readonly stateOf: (credentials: Credentials) => TokenState;
  /** A line for each whose last try failed. */
  readonly problems: () => readonly string[];
  /** To be called every second or so: fetches what is due, and drops what has expired. */
  readonly tick: () => void;
};

export type KeeperParts = {
  readonly issue: IssueToken;
  readonly nowMs: () => number;
  /** Resolves after a time, for `withinMs`. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Tokens of the process before, by fingerprint. */
  readonly kept: ReadonlyMap<string, Token>;
  readonly keep: (tokens: ReadonlyMap<string, Token>) => void;
  /** The token of a key came, changed or went. */
  readonly onChange: (label: string) => Promise<void>;
  /** The first failure of credentials, and the end of them (`undefined`). */
  readonly onProblem: (label: string, problem: string | undefined) => void;
};

/** Tokens of an hour are renewed five minutes before their end; shorter ones in the middle. */
const leadMs = 5 * 60_000;
/** Of a fresh token that has expired by our clock: the clock is wrong, or nobody could use it. */
const leastLifeMs = 60_000;
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;
/** How long credentials that nobody uses yet are kept: they may be about to be configured. */
const unusedMs = 60_000;

type Held = {
  readonly credentials: Credentials;
  label: string;
  token: Token | undefined;
  refreshedAtMs: number | undefined;
  /** When it goes, by our clock. */
  endsAtMs: number;
  dueAtMs: number;
  failures: number;
  problem: string | undefined;
  fetching: Promise<void> | undefined;
  usedAtMs: number;
};

export function createTokenKeeper(parts: KeeperParts): TokenKeeper {
  const { issue, nowMs, sleep, kept, keep, onChange, onProblem } = parts;
  const held = new Map<string, Held>();
  let used = new Set<string>();

  const hold = (credentials: Credentials, label: string): Held => {
    const fingerprint = fingerprintOf(credentials);
    const before = held.get(fingerprint);
    if (before !== undefined) {
      before.label = label;
      before.usedAtMs = nowMs();
      return before;
    }
    const entry = newEntry(credentials, label, kept.get(fingerprint), nowMs());
    held.set(fingerprint, entry);
    return entry;
  };

  const renew = async (entry: Held): Promise<void> => {
    try {
      const token = await issue(entry.credentials);
      take(entry, token, nowMs());
      if (entry.failures > 0) onProblem(entry.label, undefined);
      entry.failures = 0;
    } catch (error) {
      fail(entry, explainIssue(error, entry.credentials), nowMs());
      if (entry.failures === 1) onProblem(entry.label, entry.problem);
      entry.fetching = undefined;
      return;
    }
    keep(tokensOf(held));
    entry.fetching = undefined;
    await onChange(entry.label);
  };

  const start = (entry: Held): void => {
    if (entry.dueAtMs <= nowMs()) entry.fetching ??= renew(entry);
  };
  const within = async (entries: readonly Held[], ms: number): Promise<void> => {
    const running = entries.flatMap(({ fetching }) => fetching ?? []);
    if (running.length > 0) await Promise.race([Promise.all(running), sleep(ms)]);
  };

  const tick = () => {
    const now = nowMs();
    for (const [fingerprint, entry] of held) {
      if (!used.has(fingerprint) && now - entry.usedAtMs > unusedMs) {
        held.delete(fingerprint);
        continue;
      }
      if (entry.token !== undefined && entry.endsAtMs <= now) {
        entry.token = undefined;
        void onChange(entry.label);
      }
      start(entry);
    }
  };
  return {
    tick,
    settled: (withinMs) => {
      tick();
      return within([...held.values()], withinMs);
    },
    lookup: () => {
      const mine = new Set<string>();
      used = mine;
      return (credentials, label) => {
        mine.add(fingerprintOf(credentials));
        return hold(credentials, label).token;
      };
    },
    prepare: (credentials, label, withinMs) => {
      const entry = hold(credentials, label);
      start(entry);
      return within([entry], withinMs);
    },
    stateOf: (credentials) => stateOf(held.get(fingerprintOf(credentials))),
    problems: () => [...held.values()].flatMap(problemOf),
  };
}

function problemOf({ label, problem, token }: Held): readonly string[] {
  if (problem === undefined) return [];
  return [`${label}: ${problem}${token === undefined ? "" : " (the token before holds still)"}`];
}

function newEntry(credentials: Credentials, label: string, token: Token | undefined, now: number): Held {
  const entry: Held = {
    credentials,
    label,
    token: undefined,
    refreshedAtMs: undefined,
    endsAtMs: 0,
    dueAtMs: now,
    failures: 0,
    problem: undefined,
    fetching: undefined,
    usedAtMs: now,
  };
  // One of the process before serves until the first try, which is due at once: how old it is nobody knows.
  if (token !== undefined && (token.expiresAtMs ?? Number.MAX_SAFE_INTEGER) > now) {
    entry.token = token;
    entry.endsAtMs = token.expiresAtMs ?? Number.MAX_SAFE_INTEGER;
  }
  return entry;
}

function take(entry: Held, token: Token, now: number): void {
  const { expiresAtMs } = token;
  entry.token = token;
  entry.refreshedAtMs = now;
  entry.problem = undefined;
  if (expiresAtMs === undefined) {
    entry.endsAtMs = Number.MAX_SAFE_INTEGER;
    entry.dueAtMs = Number.MAX_SAFE_INTEGER;
    return;
  }
  const lifeMs = expiresAtMs - now;
  if (lifeMs < leastLifeMs)
    entry.problem = "a new token ends at once by the clock of this machine: is that clock wrong?";
  entry.endsAtMs = now + Math.max(lifeMs, leastLifeMs);
  entry.dueAtMs = entry.endsAtMs - Math.min(leadMs, Math.max(lifeMs, leastLifeMs) / 2);
}

function fail(entry: Held, problem: string, now: number): void {
  entry.problem = problem;
  entry.dueAtMs = now + Math.min(firstRetryMs * 2 ** entry.failures, longestRetryMs);
  entry.failures += 1;
}

function stateOf(entry: Held | undefined): TokenState {
  if (entry === undefined) return { isThere: false };
  const { endsAtMs, problem, refreshedAtMs, token } = entry;
  return {
    isThere: token !== undefined,
    ...(token?.expiresAtMs !== undefined && { expiresAtMs: endsAtMs }),
    ...(refreshedAtMs !== undefined && { refreshedAtMs }),
    ...(problem !== undefined && { problem }),
  };
}

function tokensOf(held: ReadonlyMap<string, Held>): ReadonlyMap<string, Token> {
  return new Map([...held].flatMap(([name, { token }]) => (token?.expiresAtMs === undefined ? [] : [[name, token]])));
}
