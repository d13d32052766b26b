import { testKey } from "../harness/start-headgate.ts";

/** A key without limits, and keys whose requests are held against budgets and limits of every kind and scope. */
export const limitedKeys = {
  plain: testKey,
  rich: "hg-rich-0000000000000000000000000000000000000000",
  tight: "hg-tight-000000000000000000000000000000000000000",
  paced: "hg-paced-000000000000000000000000000000000000000",
  narrow: "hg-narrow-00000000000000000000000000000000000000",
} as const;

/** Keys that no limit ever stops, though they have some of every kind. */
export const amplyLimited: readonly string[] = [limitedKeys.plain, limitedKeys.rich];

export const allKeys: readonly string[] = Object.values(limitedKeys);

/** Never used up. */
const ample = {
  budgets: [
    { limit_usd: 1000, period: "none" },
    { limit_usd: 900, period: "1m" },
    { limit_tokens: 900_000_000, period: "1d" },
  ],
  rate_limits: [{ requests: 500_000, per: "1m" }, { tokens: 900_000_000, per: "1m" }, { concurrent: 500 }],
};

/** Sections of a configuration file. */
export const limitedConfig = {
  virtual_keys: [
    { name: "plain", value: limitedKeys.plain },
    { name: "rich", value: limitedKeys.rich, team: "alpha", tags: { use_case: "tests" }, ...ample },
    {
      name: "tight",
      value: limitedKeys.tight,
      team: "alpha",
      budgets: [
        { limit_usd: 0.03, period: "none" },
        { limit_tokens: 30_000, period: "none" },
      ],
    },
    {
      name: "paced",
      value: limitedKeys.paced,
      team: "beta",
      budgets: [{ limit_usd: 100, period: "none" }],
      rate_limits: [
        { requests: 120, per: "1m" },
        { tokens: 300_000, per: "1m" },
      ],
    },
    { name: "narrow", value: limitedKeys.narrow, team: "beta", rate_limits: [{ concurrent: 2 }] },
  ],
  teams: [
    { name: "alpha", customer: "acme", ...ample },
    { name: "beta", rate_limits: [{ concurrent: 50 }], budgets: [{ limit_usd: 700, period: "1mo" }] },
  ],
  customers: [{ name: "acme", ...ample }],
  limits: [
    {
      name: "gpt",
      model: "oai/*",
      budgets: [{ limit_usd: 800, period: "none" }],
      rate_limits: [{ requests: 400_000, per: "1h" }],
    },
    { name: "one-key", provider_key: "main", budgets: [{ limit_tokens: 800_000_000, period: "1y" }] },
    { name: "tagged", tags: { use_case: "tests" }, budgets: [{ limit_usd: 600, period: "1w" }] },
  ],
} as const;
