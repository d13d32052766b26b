/** How long complete answers are, in tokens: a few dozen counters, each half as long again as the one before. */
export class OutputLengths {
  private readonly counts = new Uint32Array(bucketCount);
  private total = 0;

  add(tokens: number): void {
    const bucket = Math.min(bucketCount - 1, Math.ceil(Math.log(Math.max(1, tokens)) / logOfGrowth));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total += 1;
    if (this.total >= mostCounted) this.fade();
  }

  /** 99 of 100 are no longer; undefined until there are some. */
  usual(): number | undefined {
    if (this.total < leastCounted) return undefined;
    let longer = this.total * 0.01;
    for (let bucket = bucketCount - 1; bucket >= 0; bucket--) {
      longer -= this.counts[bucket] ?? 0;
      if (longer < 0) return Math.ceil(growth ** bucket);
    }
    return undefined;
  }

  /** What was long ago counts half. */
  private fade(): void {
    this.total = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      const half = (this.counts[bucket] ?? 0) >> 1;
      this.counts[bucket] = half;
      this.total += half;
    }
  }
}

const growth = 1.5;
const logOfGrowth = Math.log(growth);
/** Up to a million tokens. */
const bucketCount = 36;
const mostCounted = 4096;
const leastCounted = 20;
