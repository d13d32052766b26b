import type { Demand } from "#core/demand";
import type { NanoDollars, Price } from "#core/money";
import { dearestRates, type Prospect, type UnusedClasses, worstCaseCost } from "#core/price";
import type { Settings } from "#core/snapshot";
import type { Target } from "#core/target";
import type { TokenClass } from "#core/usage";
import type { Draft } from "#lib/draft";
import { contextBound } from "./context-bound";
import { type ImageRule, imageTokens } from "./image-tokens";

/** The most that one attempt can use: what is held for it. */
export type WorstCase = {
  readonly tokens: number;
  /** Those of `tokens` that are output. */
  readonly outputTokens: number;
  /** What it probably uses: held by token windows that are not strict. */
  readonly likelyTokens: number;
  /** 0 for a target whose price is unknown: nothing will be charged for it either. */
  readonly cost: NanoDollars;
};

export const freeOfCharge: WorstCase = { tokens: 0, outputTokens: 0, likelyTokens: 0, cost: 0 };

/** What an attempt at a target can use at most, but for how long its answers may be. */
export type Bound = {
  readonly inputTokens: number;
  /** Those of it that are a token for each byte of text. */
  readonly textBytes: number;
  /** Its input as it probably is. */
  readonly likelyInput: number;
  /** Of each answer, as it probably is at most. */
  readonly likelyOutput: number;
  readonly answers: number;
  readonly price: Price | undefined;
  readonly serviceTier: string | undefined;
  readonly unused: UnusedClasses;
  /** What tools of the provider may cost. */
  readonly hostedTools: NanoDollars;
};

type Defaults = Pick<Settings, "defaultContextTokens" | "hostedToolCeiling">;

/** What an attempt probably comes to, in tokens. */
export type Likely = { readonly input: number; readonly output: number };

export function boundOf(
  demand: Demand,
  target: Target,
  price: Price | undefined,
  settings: Defaults,
  likely: Likely,
  rule: ImageRule | undefined,
): Bound {
  const context = contextBound(target.facts, price, settings.defaultContextTokens);
  const isBeyond = demand.refersElsewhere || (demand.linkedImages > 0 && rule?.most === undefined);
  const beyondText = isBeyond ? context : Math.min(context, allImageTokens(demand, rule));
  return {
    inputTokens: demand.inputTokens + beyondText,
    textBytes: demand.textBytes,
    likelyInput: likely.input,
    likelyOutput: likely.output,
    answers: demand.answers,
    price,
    serviceTier: demand.serviceTier,
    unused: unusedBy(demand),
    hostedTools: hostedWork(demand, price, settings.hostedToolCeiling) ?? 0,
  };
}

/**
 * What tools of the provider may cost: the searches that the request allows where that is all they do, else what the operator
 * says. Undefined where nobody does.
 */
export function hostedWork(
  { hostedTools, searches }: Pick<Demand, "hostedTools" | "searches">,
  price: Price | undefined,
  ceiling: NanoDollars | undefined,
): NanoDollars | undefined {
  if (!hostedTools) return 0;
  return searches === undefined || price?.perSearch === undefined ? ceiling : searches * price.perSearch;
}

function allImageTokens({ images, linkedImages }: Demand, rule: ImageRule | undefined): number {
  if (images.length + linkedImages === 0) return 0;
  let tokens = linkedImages * imageTokens(undefined, rule);
  for (const size of images) tokens += imageTokens(size, rule);
  return tokens;
}

/** With the text as it was counted. */
export function countedBound(bound: Bound, textTokens: number): Bound {
  const saved = bound.textBytes - textTokens;
  return saved <= 0 ? bound : { ...bound, inputTokens: bound.inputTokens - saved, textBytes: textTokens };
}

/** Where no answer is longer than so many tokens. */
export function worstCase(bound: Bound, outputTokens: number): WorstCase {
  const { answers, hostedTools, inputTokens, likelyInput, likelyOutput, price } = bound;
  const allOutput = outputTokens * answers;
  return {
    tokens: inputTokens + allOutput,
    outputTokens: allOutput,
    likelyTokens: Math.min(likelyInput, inputTokens) + Math.min(likelyOutput, outputTokens) * answers,
    cost: price === undefined ? 0 : worstCaseCost(price, prospectOf(bound, outputTokens)) + hostedTools,
  };
}

/** How long each answer may be where all together costs no more than `money`, in tokens; below zero where not even the input fits. */
export function outputFor(bound: Bound, money: NanoDollars): number {
  const { answers, inputTokens, price, serviceTier, unused } = bound;
  if (price === undefined) return Number.POSITIVE_INFINITY;
  const left = money - worstCase(bound, 0).cost;
  if (left < 0) return -1;
  const { output } = dearestRates(price, inputTokens, serviceTier, unused);
  // Rates are pico-dollars a token.
  return output === 0 ? Number.POSITIVE_INFINITY : Math.floor((left * 1000) / (output * answers));
}

function prospectOf({ answers, inputTokens, serviceTier, unused }: Bound, outputTokens: number): Prospect {
  const prospect: Draft<Prospect> = { inputTokens, outputTokens, choices: answers, unused };
  if (serviceTier !== undefined) prospect.serviceTier = serviceTier;
  return prospect;
}

/** Input that stands elsewhere may be anything. */
function unusedBy({ audio, hourCache, images, linkedImages, refersElsewhere }: Demand): UnusedClasses {
  const hearsNothing = !(audio || refersElsewhere);
  const seesNothing = images.length + linkedImages === 0 && !refersElsewhere;
  return unusedSets[(hearsNothing ? 1 : 0) + (seesNothing ? 2 : 0) + (hourCache ? 0 : 4)] ?? noClasses;
}

const noClasses: UnusedClasses = new Set();
/** One for each sum of what a request cannot use: sets are not made for each request. */
const unusedSets: readonly UnusedClasses[] = [0, 1, 2, 3, 4, 5, 6, 7].map((sum) => {
  const classes: TokenClass[] = [];
  if ((sum & 1) !== 0) classes.push("inputAudio", "outputAudio");
  if ((sum & 2) !== 0) classes.push("inputImage");
  if ((sum & 4) !== 0) classes.push("cacheWrite1h");
  return new Set(classes);
});
