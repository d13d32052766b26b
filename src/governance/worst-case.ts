import type { Demand } from "#core/demand";
import type { NanoDollars, Price } from "#core/money";
import { type Prospect, worstCaseCost } from "#core/price";
import type { Settings } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Draft } from "#lib/draft";

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
  const allOutput = outputTokens * answers;
  let cost = 0;
  if (price !== undefined) {
    const prospect: Draft<Prospect> = { inputTokens, outputTokens, choices: answers };
    if (serviceTier !== undefined) prospect.serviceTier = serviceTier;
    cost = worstCaseCost(price, prospect) + (demand.hostedTools ? (settings.hostedToolCeiling ?? 0) : 0);
  }
  return { tokens: inputTokens + allOutput, outputTokens: allOutput, cost };
}

function outputLimit(demand: Demand, target: Target, defaultTokens: number): number {
  return demand.outputTokens ?? target.facts?.maxOutputTokens ?? defaultTokens;
}
