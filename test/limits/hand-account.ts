import type { RequestRecord } from "#core/record";

/** What one attempt used and cost, as a reader of the record works it out. */
export type HandAttempt = {
  readonly provider: string;
  readonly model: string;
  readonly providerKey: string;
  readonly tokens: number;
  /** Nano-dollars; undefined where the target has no price. */
  readonly cost: bigint | undefined;
};

/** Micro-dollars per million tokens, of each class; a class that is not listed costs as input or output. */
export type HandPrice = { readonly input: bigint; readonly output: bigint; readonly [name: string]: bigint };

type Classes = { readonly [name: string]: number };

const inputs = ["input", "cacheRead", "cacheWrite", "cacheWrite1h", "inputAudio", "inputImage"];
const outputs = ["output", "reasoning", "outputAudio", "outputImage"];

/** Takes the usage of a record apart into its attempts: what failed ones used is told with them, the rest is the last's. */
export function handAttempts(
  record: RequestRecord,
  priceOf: (target: string) => HandPrice | undefined,
): readonly HandAttempt[] {
  const rest: { [name: string]: number } = { ...classesOf(record.usage) };
  const failed = record.attempts.map(({ usage }) => classesOf(usage));
  for (const used of failed) for (const [name, count] of Object.entries(used)) rest[name] = (rest[name] ?? 0) - count;
  if (Object.values(rest).some((count) => count < 0))
    throw new Error(`Record ${record.id} tells less than its attempts: ${JSON.stringify(rest)}`);
  return record.attempts.map(({ provider, model, providerKey, cost: told }, index) => {
    const isLast = index === record.attempts.length - 1;
    const used = isLast ? sumOf(failed[index] ?? {}, rest) : (failed[index] ?? {});
    const price = priceOf(`${provider}/${model}`);
    const cost = price && costOf(failed[index] ?? {}, price) + (isLast ? costOf(rest, price) : 0n);
    if (told !== undefined && price !== undefined && BigInt(told) !== costOf(failed[index] ?? {}, price))
      throw new Error(`Record ${record.id} tells ${told} for attempt ${index}, which cost ${cost}`);
    return { provider, model, providerKey, tokens: Object.values(used).reduce((sum, count) => sum + count, 0), cost };
  });
}

function classesOf(usage: RequestRecord["usage"]): Classes {
  if (usage === undefined) return {};
  const counts: { [name: string]: number } = {};
  for (const name of [...inputs, ...outputs]) counts[name] = Number(Reflect.get(usage, name));
  return counts;
}

function sumOf(a: Classes, b: Classes): Classes {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** Millionths of a micro-dollar, rounded up to nano-dollars once. */
function costOf(used: Classes, price: HandPrice): bigint {
  let pico = 0n;
  for (const [name, count] of Object.entries(used))
    pico += BigInt(count) * (price[name] ?? (inputs.includes(name) ? price.input : price.output));
  return (pico + 999n) / 1000n;
}
