import { nanodollarsOf, plain, type Usage, usd, worst } from "./bodies.ts";

type Refused = "budget_exceeded" | "rate_limited" | "too_many_concurrent";

/** A way to limit so that of requests with the worst case `worst` exactly `k` fit; `slack` is what the next one lacks. */
export type Meter = {
  readonly name: string;
  readonly section: "budgets" | "rate_limits";
  readonly limit: (k: number, slack: number) => object;
  readonly code: Refused;
  /** Tells its state from others' in what is shown. */
  readonly isOf: string;
  /** What is shown of it once requests of this usage are done. */
  readonly spent: (usage: Usage, admitted: number) => object;
  /** Whether a request that is done makes room for another. */
  readonly isFreed: boolean;
};

const money = {
  name: "money",
  section: "budgets",
  isOf: "limit_usd",
  code: "budget_exceeded",
  isFreed: false,
  limit: (k, slack) => ({ limit_usd: usd(k * worst.nanodollars + slack), period: "1d" }),
  spent: (usage, admitted) => ({ spent_usd: plain(admitted * nanodollarsOf(usage)), held_usd: "0" }),
} satisfies Meter;
export const meters: readonly [Meter, ...Meter[]] = [
  money,
  {
    ...money,
    name: "prepaid money",
    limit: (k, slack) => ({ limit_usd: usd(k * worst.nanodollars + slack), period: "none" }),
  },
  {
    name: "budget of tokens",
    isOf: "limit_tokens",
    section: "budgets",
    code: "budget_exceeded",
    isFreed: false,
    limit: (k, slack) => ({ limit_tokens: k * worst.tokens + (slack % worst.tokens), period: "1mo" }),
    spent: (usage, admitted) => ({ spent_tokens: admitted * (usage.input + usage.output), held_tokens: 0 }),
  },
  {
    name: "requests per window",
    isOf: "requests",
    section: "rate_limits",
    code: "rate_limited",
    isFreed: false,
    limit: (k) => ({ requests: k, per: "1h" }),
    spent: (_usage, admitted) => ({ used: admitted }),
  },
  {
    name: "tokens per window",
    isOf: "tokens",
    section: "rate_limits",
    code: "rate_limited",
    isFreed: false,
    limit: (k, slack) => ({ tokens: k * worst.tokens + (slack % worst.tokens), per: "1h", strict: true }),
    spent: (usage, admitted) => ({ used: admitted * (usage.input + usage.output) }),
  },
  {
    name: "concurrent requests",
    isOf: "concurrent",
    section: "rate_limits",
    code: "too_many_concurrent",
    isFreed: true,
    limit: (k) => ({ concurrent: k }),
    spent: () => ({ used: 0 }),
  },
];
