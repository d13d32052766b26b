import type { RequestRecord } from "#core/record";
import type { usageClasses } from "#core/usage";
import { refusalsOf, textColumns, tokensOf, type WordOrWords, wordColumns } from "./log-fields";
import { binOf } from "./rollup-cell";

/** Packs that an earlier version wrote do not have these: zero there. Their columns come behind those of words. */
export const laterFacts = {
  refused: (record) => refusalsOf(record),
} as const satisfies { readonly [name: string]: NumberFact };

/**
 * What packs keep of records beside the records themselves, a column each: all that lists filter by and statistics sum
 * up. Columns are stored by their place here; new ones are `laterFacts`.
 */
export const numberFacts = {
  /** Known when records are in order, see `distancesOf()`. */
  key_distance: undefined,
  principal: undefined,
  class: undefined,
  duration_ms: (record) => record.durationMs,
  first_token_ms: (record) => record.firstTokenMs,
  cost: (record) => record.cost,
  tokens: (record) => tokensOf(record),
  attempts: (record) => record.attempts.length,
  estimated: ({ usage }) => (usage?.estimated === true ? 1 : 0),
  duration_bin: ({ outcome, durationMs }) => (outcome === "refused" ? undefined : binOf(durationMs)),
  first_token_bin: ({ firstTokenMs }) => (firstTokenMs === undefined ? undefined : binOf(firstTokenMs)),
  ...usageFacts(),
  ...laterFacts,
} as const satisfies { readonly [name: string]: NumberFact | undefined };

type NumberFact = (record: RequestRecord) => number | undefined;
export type NumberFactName = keyof typeof numberFacts;

/** As `laterFacts`: packs that an earlier version wrote have none of these words. */
export const laterWords = {
  end_user: (record) => wordColumns.end_user(record),
  canonical_model: (record) => wordColumns.canonical_model(record),
  bill_differs: (record) => wordColumns.bill_differs(record),
  capped: (record) => wordColumns.capped(record),
  service_tier: (record) => wordColumns.service_tier(record),
  paid_by: (record) => wordColumns.paid_by(record),
} as const satisfies { readonly [name: string]: WordFact };

/** Words of records, by a dictionary of their pack. */
export const wordFacts = {
  finish_reason: (record) => wordColumns.finish_reason(record),
  price_version: (record) => wordColumns.price_version(record),
  limit_id: (record) => wordColumns.limit_id(record),
  sdk: (record) => textColumns.sdk(record),
  user_agent: (record) => textColumns.user_agent(record),
  ...laterWords,
} as const satisfies { readonly [name: string]: WordFact };

type WordFact = (record: RequestRecord) => WordOrWords;

export type WordFactName = keyof typeof wordFacts;

function usageFacts() {
  const of =
    (name: (typeof usageClasses)[number] | "searches"): NumberFact =>
    ({ usage }) =>
      usage?.[name] ?? 0;
  return {
    input: of("input"),
    cacheRead: of("cacheRead"),
    cacheWrite: of("cacheWrite"),
    cacheWrite1h: of("cacheWrite1h"),
    inputAudio: of("inputAudio"),
    inputImage: of("inputImage"),
    output: of("output"),
    reasoning: of("reasoning"),
    outputAudio: of("outputAudio"),
    outputImage: of("outputImage"),
    searches: of("searches"),
  };
}
