import type { Demand } from "#core/demand";
import type { NanoDollars, Price } from "#core/money";
import { worstCaseCost } from "#core/price";
import type { Settings } from "#core/snapshot";
import type { Target } from "#core/target";

/** The most that one attempt can use: what is held for it. */
export type WorstCase = {
  readonly tokens: number;
  /** Those of `tokens` that are output. */
  readonly outputTokens: number;
  /** 0 for a target whose price is unknown: nothing will be charged for it either. */
  readonly cost: NanoDollars;
};

export const freeOfCharge: WorstCase = { tokens: 0, outputTokens: 0, cost: 0 };

/** More than any provider makes of one image: 48,169 tokens for the largest at OpenAI's mini models. */
const maxImageTokens = 65_536;

/** The worst case of a request at a target, by what the request says, else by what is known of the model, else by the settings. */
export function worstCase(
  demand: Demand,
  target: Target,
  price: Price | undefined,
  settings: Pick<Settings, "defaultContextTokens" | "defaultMaxOutputTokens" | "hostedToolCeiling">,
): WorstCase {
  const context = target.facts?.contextTokens ?? settings.defaultContextTokens;
  const beyondText = demand.refersElsewhere ? context : Math.min(context, demand.images * maxImageTokens);
  const inputTokens = demand.inputTokens + beyondText;
  const { answers, serviceTier } = demand;
  const outputTokens = demand.hasOutput ? outputLimit(demand, target, settings.defaultMaxOutputTokens) : 0;
  const output = { tokens: inputTokens + outputTokens * answers, outputTokens: outputTokens * answers };
  if (price === undefined) return { ...output, cost: 0 };
  const tier = serviceTier === undefined ? {} : { serviceTier };
  const cost = worstCaseCost(price, { inputTokens, outputTokens, choices: answers, ...tier });
  const tools = demand.hostedTools ? (settings.hostedToolCeiling ?? 0) : 0;
  return { ...output, cost: cost + tools };
}

function outputLimit(demand: Demand, target: Target, defaultTokens: number): number {
  return demand.outputTokens ?? target.facts?.maxOutputTokens ?? defaultTokens;
}
