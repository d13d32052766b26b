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
  /** Its documents, where nothing but they makes its input as long as the model's context. */
  readonly documents: DocumentBound | undefined;
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

/** Documents that may be read. */
export type DocumentBound = {
  readonly count: number;
  /** What each page counts beside its text. */
  readonly pageTokens: number;
  /** The input without them. */
  readonly otherTokens: number;
};

/** What a target makes of what is no text, as far as that is known. */
export type MediaRules = {
  readonly images: ImageRule;
  /** What a page of a PDF counts at most beside its text. */
  readonly pageTokens: number | undefined;
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
  rules: MediaRules | undefined,
): Bound {
  const context = contextBound(target.facts, price, settings.defaultContextTokens);
  const rule = rules?.images;
  const isBeyond = demand.refersElsewhere || (demand.linkedImages > 0 && rule?.most === undefined);
  const imageTokens = isBeyond ? context : Math.min(context, allImageTokens(demand, rule));
  const hasDocuments = demand.documents.length > 0;
  return {
    inputTokens: demand.inputTokens + (hasDocuments ? context : imageTokens),
    textBytes: demand.textBytes,
    documents:
      hasDocuments && !isBeyond && rules?.pageTokens !== undefined
        ? {
            count: demand.documents.length,
            pageTokens: rules.pageTokens,
            otherTokens: demand.inputTokens + imageTokens,
          }
        : undefined,
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

/** What was counted of a request's input, in tokens; what could not be is absent. */
export type CountedInput = {
  /** Of its text, documents aside. */
  readonly textTokens?: number;
  readonly documents?: { readonly documents: number; readonly pages: number; readonly textTokens: number };
};

/** With its documents as they were read, and the text as it was counted. */
export function countedBound(bound: Bound, { documents, textTokens }: CountedInput): Bound {
  const read = documents === undefined ? bound : withDocuments(bound, documents);
  const saved = textTokens === undefined ? 0 : read.textBytes - textTokens;
  return saved <= 0 ? read : { ...read, inputTokens: read.inputTokens - saved, textBytes: read.textBytes - saved };
}

/** All documents have to be among those that were read. */
function withDocuments(bound: Bound, found: NonNullable<CountedInput["documents"]>): Bound {
  const { documents } = bound;
  if (documents === undefined || documents.count !== found.documents) return bound;
  const tokens = documents.otherTokens + found.pages * documents.pageTokens + found.textTokens;
  return tokens >= bound.inputTokens ? bound : { ...bound, inputTokens: tokens, documents: undefined };
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
function unusedBy({ audio, documents, hourCache, images, linkedImages, refersElsewhere }: Demand): UnusedClasses {
  const hearsNothing = !(audio || refersElsewhere);
  const seesNothing = images.length + linkedImages + documents.length === 0 && !refersElsewhere;
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
