import type { Target } from "#core/target";
import { targetName } from "./target-health";

/**
 * How long targets take to their first token, learnt of each from its own answers, and apart for requests that make it
 * reason. Of one worker: nothing has to be exact here, every worker sees the same mixture, and to share it would take
 * words of the ledger's health rows, which have none left.
 */
export type FirstTokenWaits = {
  /** A first token came after so long. */
  readonly came: (target: Target, isReasoning: boolean, afterMs: number) => void;
  /** None had come when the wait was cut. */
  readonly cut: (target: Target, isReasoning: boolean, afterMs: number) => void;
  /** How long it is worth waiting there, in milliseconds; undefined while too little is known. */
  readonly learnt: (target: Target, isReasoning: boolean) => number | undefined;
};

/** So many answers are needed, and beyond so many the older ones count half. */
const fewestAnswers = 200;
const mostAnswers = 2000;
/** A multiple of what 99 of 100 answers take is worth waiting. */
const share = 0.99;
const factor = 3;
/** Buckets of waits: each ends at 2^¼ times the one before, the first at this. */
const firstBucketMs = 50;
const bucketsPerDoubling = 4;
const bucketCount = 64;
const mostTargets = 4096;

export function createFirstTokenWaits(): FirstTokenWaits {
  // By target for speed, and by name because a change of the configuration makes targets anew.
  const byTarget = new WeakMap<Target, Pair>();
  const byName = new Map<string, Pair>();

  const pairOf = (target: Target): Pair => {
    let pair = byTarget.get(target);
    if (pair === undefined) {
      const name = targetName(target);
      pair = byName.get(name) ?? { plain: new Waits(), reasoning: new Waits() };
      if (byName.size >= mostTargets) byName.clear();
      byName.set(name, pair);
      byTarget.set(target, pair);
    }
    return pair;
  };
  const waitsOf = (target: Target, isReasoning: boolean) => pairOf(target)[isReasoning ? "reasoning" : "plain"];

  return {
    came: (target, isReasoning, afterMs) => waitsOf(target, isReasoning).add(afterMs),
    // How long it would have taken is not known, but longer.
    cut: (target, isReasoning, afterMs) => waitsOf(target, isReasoning).add(2 * afterMs),
    learnt: (target, isReasoning) => waitsOf(target, isReasoning).worth(),
  };
}

type Pair = { readonly plain: Waits; readonly reasoning: Waits };

/** A histogram of waits. */
class Waits {
  private counts: Uint16Array | undefined;
  private total = 0;
  private learntMs: number | undefined;

  add(ms: number): void {
    this.counts ??= new Uint16Array(bucketCount);
    const bucket = bucketOf(ms);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total += 1;
    if (this.total >= mostAnswers) this.halve(this.counts);
    this.learntMs = undefined;
  }

  worth(): number | undefined {
    if (this.total < fewestAnswers || this.counts === undefined) return undefined;
    this.learntMs ??= factor * this.quantileMs(this.counts);
    return this.learntMs;
  }

  private quantileMs(counts: Uint16Array): number {
    const rank = Math.ceil(share * this.total);
    let seen = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += counts[bucket] ?? 0;
      if (seen >= rank) return endOf(bucket);
    }
    return endOf(bucketCount - 1);
  }

  private halve(counts: Uint16Array): void {
    this.total = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      const half = (counts[bucket] ?? 0) >> 1;
      counts[bucket] = half;
      this.total += half;
    }
  }
}

function bucketOf(ms: number): number {
  const bucket = Math.ceil(Math.log2(ms / firstBucketMs) * bucketsPerDoubling);
  return Math.min(bucketCount - 1, Math.max(0, bucket));
}

function endOf(bucket: number): number {
  return firstBucketMs * 2 ** (bucket / bucketsPerDoubling);
}
