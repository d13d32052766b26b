import type { LimitForm } from "#core/key-profile";
import type { Budget, ConcurrencyLimit, Limit, LimitScope, LimitTerms, RateLimit, TargetMatch } from "#core/limit";
import type { PeriodAlignment, PeriodRule } from "#core/period";
import type { SlotRef } from "#core/slot-ref";
import {
  boolean,
  type Fields,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  string,
  tagged,
} from "#lib/shape";

const match = object<TargetMatch>({
  model: optional(string),
  provider: optional(string),
  providerKey: optional(string),
  tags: optional(record(string)),
});

type Repeating = Extract<PeriodRule, { kind: "repeating" }>;
type Calendar = Extract<PeriodAlignment, { to: "calendar" }>;
type Anchored = Extract<PeriodAlignment, { to: "anchor" }>;

const period: Shape<PeriodRule> = tagged("kind", {
  none: object<Extract<PeriodRule, { kind: "none" }>>({ kind: oneOf("none") }),
  repeating: object<Repeating>({
    kind: oneOf("repeating"),
    unit: oneOf("m", "h", "d", "w", "mo", "q", "y"),
    count: number,
    align: tagged("to", {
      calendar: object<Calendar>({ to: oneOf("calendar"), timeZone: string }),
      anchor: object<Anchored>({ to: oneOf("anchor"), anchorMs: number }),
    }),
  }),
});

type Terms<K extends LimitTerms["kind"]> = Extract<LimitTerms, { kind: K }>;

const budgetTerms: Fields<Terms<"budget">> = {
  kind: oneOf("budget"),
  unit: oneOf("nanodollars", "tokens"),
  amount: number,
  period,
  mode: oneOf("hard", "soft", "warn"),
  thresholds: optional(list(number)),
  match,
};
const rateTerms: Fields<Terms<"rate">> = {
  kind: oneOf("rate"),
  unit: oneOf("requests", "tokens"),
  amount: number,
  windowMs: number,
  strict: optional(boolean),
  match,
};
const concurrencyTerms: Fields<Terms<"concurrency">> = {
  kind: oneOf("concurrency"),
  unit: oneOf("requests"),
  amount: number,
  match,
};

const tie = {
  id: string,
  scope: object<LimitScope>({ kind: oneOf("key", "team", "customer", "limit"), name: string }),
  slot: object<SlotRef>({ index: number, tag: number }),
};

export const limitShape: Shape<Limit> = tagged("kind", {
  budget: object<Budget>({ ...budgetTerms, ...tie }),
  rate: object<RateLimit>({ ...rateTerms, ...tie }),
  concurrency: object<ConcurrencyLimit>({ ...concurrencyTerms, ...tie }),
});

export const limitFormShape = object<LimitForm>({
  suffix: string,
  terms: tagged("kind", {
    budget: object<Terms<"budget">>(budgetTerms),
    rate: object<Terms<"rate">>(rateTerms),
    concurrency: object<Terms<"concurrency">>(concurrencyTerms),
  }),
});
