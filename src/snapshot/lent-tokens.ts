import type { VirtualKey } from "#core/snapshot";

/**
 * A secret that is a virtual key's for a while: requests with it are the key's in every limit, budget and record, and carry
 * further tags. Kept in the control plane's memory: a restart ends them all.
 */
export type LentToken = {
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** The key's own, when it was lent: with another secret the key's tokens end. */
  readonly keyHash: string;
  readonly tags: { readonly [name: string]: string };
  readonly untilMs: number;
};

export type LentTokens = {
  /** False where too many are out already. */
  readonly add: (token: LentToken) => boolean;
  readonly remove: (hash: string) => void;
  /** Whether it was lent and its time is not over; its key may have ended before. */
  readonly has: (hash: string) => boolean;
  /** Of the keys that are there: the entries that stand for them by their hashes, and the hashes of those that ended. */
  readonly entriesFor: (keys: ReadonlyMap<string, VirtualKey>) => LentEntries;
};

export type LentEntries = {
  readonly live: ReadonlyMap<string, VirtualKey>;
  readonly ended: readonly string[];
};

const mostLent = 10_000;
/** How long one that ended is remembered, to be taken away by whatever change comes next. */
const rememberedMs = 3_600_000;

export function createLentTokens(nowMs: () => number): LentTokens {
  const tokens = new Map<string, LentToken>();
  const forgetOld = () => {
    for (const { hash, untilMs } of tokens.values()) {
      // In the order in which they end.
      if (untilMs + rememberedMs > nowMs()) return;
      tokens.delete(hash);
    }
  };
  return {
    add: (token) => {
      forgetOld();
      if (tokens.size >= mostLent) return false;
      tokens.set(token.hash, token);
      return true;
    },
    remove: (hash) => void tokens.delete(hash),
    has: (hash) => (tokens.get(hash)?.untilMs ?? 0) > nowMs(),
    entriesFor: (keys) => {
      const live = new Map<string, VirtualKey>();
      const ended: string[] = [];
      for (const { hash, keyHash, tags, untilMs } of tokens.values()) {
        const key = keys.get(keyHash);
        const expiresAtMs = Math.min(untilMs, key?.expiresAtMs ?? untilMs);
        if (key === undefined || expiresAtMs <= nowMs()) ended.push(hash);
        else live.set(hash, { ...key, tags: { ...key.tags, ...tags }, expiresAtMs });
      }
      return { live, ended };
    },
  };
}
