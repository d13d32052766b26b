import type { RequestRecord } from "#core/record";
import { billDifferenceOf } from "./log-fields";
import type { LogFilter } from "./log-filter";

/** What of the principal values are counted of. A key is named by its id. */
export const principalFacets = {
  key: ({ keyId }) => listOf(keyId),
  team: ({ team }) => listOf(team),
  customer: ({ customer }) => listOf(customer),
  tag: ({ tags }) => Object.entries(tags ?? {}).map(([name, value]) => `${name}:${value}`),
} as const satisfies FacetTable;

export const classFacets = {
  endpoint: ({ endpoint }) => listOf(endpoint),
  dialect: ({ dialect }) => listOf(dialect),
  asked_model: ({ askedModel }) => listOf(askedModel),
  model: ({ model }) => listOf(model),
  provider: ({ provider }) => listOf(provider),
  provider_key: ({ providerKey }) => listOf(providerKey),
  status: ({ status }) => listOf(status?.toString()),
  outcome: ({ outcome }) => listOf(outcome),
  error_code: ({ errorCode }) => listOf(errorCode),
  error_source: ({ errorSource }) => listOf(errorSource),
  stream: ({ stream }) => listOf(stream?.toString()),
} as const satisfies FacetTable;

/** The columns of words that values are counted of. */
export const wordFacets = {
  finish_reason: ({ finishReason }) => listOf(finishReason),
  price_version: ({ priceVersion }) => listOf(priceVersion),
  limit_id: ({ limits }) => limits ?? [],
  end_user: ({ endUser }) => listOf(endUser),
  sdk: ({ sdk }) => listOf(sdk),
  canonical_model: ({ canonicalModel }) => listOf(canonicalModel),
  bill_differs: (record) => listOf(billDifferenceOf(record)),
  service_tier: ({ serviceTier }) => listOf(serviceTier),
  paid_by: ({ paidBy }) => listOf(paidBy),
  user_agent: ({ userAgent }) => listOf(userAgent),
} as const satisfies FacetTable;

export const facets = { ...principalFacets, ...classFacets, ...wordFacets } as const;
export type FacetField = keyof typeof facets;

type FacetTable = { readonly [field: string]: (entry: Partial<RequestRecord>) => readonly string[] };

/** Counts records that could be listed, as a list with the same filters finds them. */
export type CountQuery = {
  /** Started at or after; milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Started before. */
  readonly toMs?: number;
  readonly filters: readonly LogFilter[];
  /** Whose values are counted: each without the filters on itself, so that other values can be chosen. */
  readonly fields: readonly FacetField[];
  /** How many values of each are told; the others are one number. */
  readonly top: number;
  /** Length of the bars that records are counted by; they begin at its multiples. Zero for none. */
  readonly barMs: number;
};

export type CountAnswer = {
  readonly records: number;
  /** Of them those that ended in an error, were cut or interrupted. */
  readonly errors: number;
  /** Without those in which nothing happened, in their order. */
  readonly bars: readonly { readonly atMs: number; readonly records: number; readonly errors: number }[];
  /** Names of the virtual keys among the values, by id: the latest that records have. */
  readonly keyNames: ReadonlyMap<string, string>;
  /** In the order of the fields asked for. */
  readonly facets: readonly FacetCount[];
  /** Only what started at this time or later was counted: it had taken long enough. */
  readonly reachedMs?: number;
};

export type FacetCount = {
  readonly field: FacetField;
  /** The most frequent first. A record with several words counts for each. */
  readonly values: readonly { readonly value: string; readonly records: number }[];
  /** How many further values there are, and how often they come. */
  readonly others: { readonly values: number; readonly records: number };
  /** Records without a value. */
  readonly without: number;
};

export function isErrorOutcome(outcome: string): boolean {
  return outcome === "error" || outcome === "cut" || outcome === "interrupted";
}

/** The filters on a field, and those that are on none of these fields. */
export function splitFilters(filters: readonly LogFilter[], fields: readonly FacetField[]) {
  const isOn = (filter: LogFilter, field: FacetField) => filter.on !== "number" && filter.field === field;
  const own = fields
    .map((field) => ({ field, filters: filters.filter((filter) => isOn(filter, field)) }))
    .filter((each) => each.filters.length > 0);
  return { own, fixed: filters.filter((filter) => !fields.some((field) => isOn(filter, field))) };
}

/** `counts`: how often each value comes; under `undefined` how many records have none. */
export function facetOf(field: FacetField, counts: ReadonlyMap<string | undefined, number>, top: number): FacetCount {
  const values = [...counts].flatMap(([value, records]) => (value === undefined ? [] : [{ value, records }]));
  values.sort((a, b) => b.records - a.records || (a.value < b.value ? -1 : 1));
  const left = values.slice(top);
  return {
    field,
    values: values.slice(0, top),
    others: { values: left.length, records: left.reduce((sum, { records }) => sum + records, 0) },
    without: counts.get(undefined) ?? 0,
  };
}

/** The virtual keys among the values. */
export function keysIn(counted: readonly FacetCount[]): ReadonlySet<string> {
  const ofKeys = counted.find(({ field }) => field === "key");
  return new Set(ofKeys?.values.map(({ value }) => value));
}

function listOf(word: string | undefined): readonly string[] {
  return word === undefined ? [] : [word];
}
