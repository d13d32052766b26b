import type { ErrorCode } from "#core/errors";

/** Chooses the refusals that are recorded, so that a flood of them leaves a bounded trickle of records. */
export type RefusalSampler = {
  /**
   * How many refusals of this kind the one at hand stands for if it is recorded: itself and all that were left out since
   * the last. Zero where it is left out.
   */
  readonly weigh: (refusal: RefusalKey, nowMs: number) => number;
  /** What was to be recorded was not: the next one stands for it, too. */
  readonly leaveOut: (refusal: RefusalKey, weight: number) => void;
};

export type RefusalKey = { readonly code: ErrorCode; readonly isIdentified: boolean };

/**
 * Records at once, and from then on a second, of each error code in one worker. Whoever has no key can send without end,
 * so of unknown callers few are kept: a flood of bad keys leaves 17,280 small records a day and worker.
 */
const rates = {
  identified: { burst: 100, perSecond: 2 },
  unknown: { burst: 20, perSecond: 0.2 },
} as const;

/** A bucket of records that may be written. */
type Bucket = { left: number; atMs: number; leftOut: number };

/** At most two buckets an error code. */
export function createRefusalSampler(): RefusalSampler {
  const buckets = new Map<string, Bucket>();
  const bucketOf = ({ code, isIdentified }: RefusalKey, nowMs: number): Bucket => {
    const name = isIdentified ? code : `${code}?`;
    const known = buckets.get(name);
    if (known !== undefined) return known;
    const bucket = { left: ratesOf(isIdentified).burst, atMs: nowMs, leftOut: 0 };
    buckets.set(name, bucket);
    return bucket;
  };
  return {
    weigh: (refusal, nowMs) => {
      const bucket = bucketOf(refusal, nowMs);
      const { burst, perSecond } = ratesOf(refusal.isIdentified);
      const elapsedMs = Math.max(0, nowMs - bucket.atMs);
      bucket.left = Math.min(burst, bucket.left + (elapsedMs / 1000) * perSecond);
      bucket.atMs = nowMs;
      bucket.leftOut += 1;
      if (bucket.left < 1) return 0;
      bucket.left -= 1;
      const weight = bucket.leftOut;
      bucket.leftOut = 0;
      return weight;
    },
    leaveOut: (refusal, weight) => {
      bucketOf(refusal, 0).leftOut += weight;
    },
  };
}

function ratesOf(isIdentified: boolean) {
  return isIdentified ? rates.identified : rates.unknown;
}
