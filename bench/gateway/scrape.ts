import type { Headgate } from "../../test/harness/start-headgate.ts";

/** Counts of a histogram by upper bound in seconds (the last is Infinity), not added up; summed over processes. */
export type Buckets = ReadonlyMap<number, number>;

/** Reads a histogram from `/metrics`. */
export async function scrapeHistogram(headgate: Headgate, name: string): Promise<Buckets> {
  const text = await (await headgate.admin("GET", "/metrics")).text();
  const upTo = new Map<number, number>();
  for (const [, le = "", value] of text.matchAll(new RegExp(`^${name}_bucket\\{[^}]*le="([^"]+)"\\} (\\S+)$`, "gm"))) {
    const bound = le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
    upTo.set(bound, (upTo.get(bound) ?? 0) + Number(value));
  }
  let before = 0;
  return new Map(
    [...upTo]
      .sort(([a], [b]) => a - b)
      .map(([bound, count]) => {
        const own = count - before;
        before = count;
        return [bound, own];
      }),
  );
}

export function difference(before: Buckets, after: Buckets): Buckets {
  return new Map([...after].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]));
}

/** How many are above a bound. */
export function above(buckets: Buckets, bound: number): number {
  return [...buckets].reduce((sum, [upper, count]) => (upper > bound ? sum + count : sum), 0);
}

/** A counter or gauge, summed over its labels; 0 where nothing is shown of it. */
export async function scrapeValue(headgate: Headgate, name: string): Promise<number> {
  const text = await (await headgate.admin("GET", "/metrics")).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}
