import { waitUntil } from "../harness/wait-until.ts";
import { bodyOf, type Usage, type Variant } from "./bodies.ts";
import type { GatedProvider } from "./gated-provider.ts";
import type { LimitedGateway } from "./limited-gateway.ts";

export type Answered = {
  readonly variant: Variant;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

export type BurstOptions = {
  /** One request for each. */
  readonly variants: readonly Variant[];
  /** What the provider says that each used. */
  readonly usage: Usage;
  /** No admitted request ends before all are admitted or refused. */
  readonly gated: boolean;
};

/** Asks as many times at once as there are variants, with the keys in turn, and reads every answer to its end. */
export async function burst(
  { ask }: Pick<LimitedGateway, "ask">,
  provider: GatedProvider,
  secrets: readonly [string, ...string[]],
  { variants, usage, gated }: BurstOptions,
): Promise<readonly Answered[]> {
  let refused = 0;
  if (gated) provider.close();
  const answers = variants.map(async (variant, index): Promise<Answered> => {
    const secret = secrets[index % secrets.length] ?? secrets[0];
    const response = await ask(secret, variant.path, bodyOf(variant, usage));
    if (response.status !== 200) refused += 1;
    return { variant, status: response.status, headers: response.headers, text: await response.text() };
  });
  const decided = () => provider.waiting() + refused >= variants.length;
  if (gated) await waitUntil("every request to be admitted or refused", decided, 30_000, 2).finally(provider.open);
  return Promise.all(answers);
}

export function cycle<T>(values: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, index) => values[index % values.length]).filter(
    (value) => value !== undefined,
  );
}

/** Whether an admitted answer came to its end, in the words of its dialect. */
export function isWhole({ variant, text }: Answered): boolean {
  if (variant.stream) return /^data: \[DONE\]$|^event: message_stop$/m.test(text);
  return text.startsWith("{") && text.endsWith("}") && text.includes("yes");
}
