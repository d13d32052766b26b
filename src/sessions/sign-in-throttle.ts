import { isIP } from "node:net";

/**
 * Slows callers that try wrong tokens: per address, and all addresses together. No caller is locked out: the right token is let
 * in at any time, from an address that is slowed only after a second of waiting.
 */
export type SignInThrottle = {
  /** Runs `check`, at once or a second later, unless too many wait already. It finds undefined for what is wrong. */
  readonly attempt: <T>(address: string, check: () => Promise<T | undefined>) => Promise<Attempt<T>>;
};

export type Attempt<T> =
  | { readonly kind: "right"; readonly value: T }
  | { readonly kind: "wrong" }
  /** Wrong again after too many that were, or not looked at because too many wait. */
  | { readonly kind: "slowed"; readonly retryAfterS: number };

/** Wrong attempts that an address has before it is slowed, and when it gets one back. */
const ownTries = 10;
const ownRefillMs = 6_000;
/** Of all addresses together. An address without a wrong attempt of its own is not slowed by the others'. */
const allTries = 100;
const allRefillMs = 1_000;
const waitMs = 1_000;
/** Slowed attempts that wait at a time. */
const mostWaitingOfAddress = 3;
const mostWaiting = 30;
const mostAddresses = 10_000;

export function createSignInThrottle(nowMs: () => number, sleep: (ms: number) => Promise<void>): SignInThrottle {
  const addresses = new Map<string, Tries>();
  const all = newTries(nowMs());
  let waiting = 0;

  const triesOf = (address: string): Tries => {
    const name = networkOf(address);
    const tries = addresses.get(name) ?? newTries(nowMs());
    // Set anew, so that the order of the map is that of the last attempts.
    addresses.delete(name);
    addresses.set(name, tries);
    const [oldest] = addresses.keys();
    if (addresses.size > mostAddresses && oldest !== undefined) addresses.delete(oldest);
    return tries;
  };
  const isSlowed = (own: Tries): boolean => {
    const atMs = nowMs();
    refill(own, atMs, ownRefillMs);
    refill(all, atMs, allRefillMs);
    return own.wrong >= ownTries || (own.wrong > 0 && all.wrong >= allTries);
  };
  const run = async <T>(own: Tries, check: () => Promise<T | undefined>, slowed: boolean): Promise<Attempt<T>> => {
    // Counted before it is looked at: of many that come together, none is ahead of the others' count.
    own.wrong = Math.min(own.wrong + 1, ownTries);
    all.wrong = Math.min(all.wrong + 1, allTries);
    const value = await check();
    if (value === undefined) return slowed ? refused : { kind: "wrong" };
    own.wrong = Math.max(0, own.wrong - 1);
    all.wrong = Math.max(0, all.wrong - 1);
    return { kind: "right", value };
  };
  return {
    attempt: async (address, check) => {
      const own = triesOf(address);
      if (!isSlowed(own)) return run(own, check, false);
      if (own.waiting >= mostWaitingOfAddress || waiting >= mostWaiting) return refused;
      own.waiting += 1;
      waiting += 1;
      try {
        await sleep(waitMs);
        return await run(own, check, true);
      } finally {
        own.waiting -= 1;
        waiting -= 1;
      }
    },
  };
}

const refused = { kind: "slowed", retryAfterS: Math.ceil(ownRefillMs / 1000) } as const;

/** Wrong attempts, less those that time has forgiven. */
type Tries = { wrong: number; waiting: number; sinceMs: number };

function newTries(atMs: number): Tries {
  return { wrong: 0, waiting: 0, sinceMs: atMs };
}

function refill(tries: Tries, atMs: number, stepMs: number): void {
  const steps = Math.max(0, Math.floor((atMs - tries.sinceMs) / stepMs));
  tries.wrong = Math.max(0, tries.wrong - steps);
  tries.sinceMs = tries.wrong === 0 ? atMs : tries.sinceMs + steps * stepMs;
}

/** Whoever has one address of an IPv6 network of 64 bits has all of them. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const { hostname } = new URL(`http://[${address}]`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail === undefined || groups.length >= 4) return groups.slice(0, 4).join(":");
  const missing = 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return [...groups, ...Array<string>(missing).fill("0"), ...tail.split(":")].slice(0, 4).join(":");
}
