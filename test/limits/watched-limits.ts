import type { RequestRecord } from "#core/record";
import type { HandAttempt } from "./hand-account.ts";

/** A limit, who it holds for and what it counts, in the test's own words. */
export type Watched = {
  readonly holds: (record: RequestRecord) => boolean;
  /** Undefined: every attempt, and requests once. */
  readonly counts?: (attempt: HandAttempt) => boolean;
  readonly limit: object;
};

export type WatchedScope = {
  /** Of the admin API. */
  readonly path: "customers" | "teams" | "limits" | "virtual-keys";
  readonly entry: { readonly name: string; readonly [field: string]: unknown };
  readonly watched: readonly Watched[];
};

export const ofTeam = (team: string) => (record: RequestRecord) => record.team === team;
export const ofCustomer = (record: RequestRecord) => record.customer === "acme";
export const ofKey = (name: string) => (record: RequestRecord) => record.keyName === name;
export const isGold = (record: RequestRecord) => record.tags?.tier === "gold";
export const everybody = () => true;
const at = (name: string) => (attempt: HandAttempt) => attempt.provider === name;

/** Everything that carries limits in a history; with the scale of it grow those that are used up on the way. */
export const watchedScopes = (scale: number): readonly WatchedScope[] => [
  {
    path: "customers",
    entry: { name: "acme" },
    watched: [
      { holds: ofCustomer, limit: { limit_usd: 0.5, period: "1y" } },
      { holds: ofCustomer, limit: { limit_tokens: 40_000_000, period: "none", mode: "soft" } },
      { holds: ofCustomer, limit: { concurrent: 10 } },
    ],
  },
  {
    path: "teams",
    entry: { name: "red", customer: "acme" },
    watched: [
      { holds: ofTeam("red"), limit: { limit_usd: 100, period: "1y", time_zone: "Asia/Kolkata" } },
      {
        holds: ofTeam("red"),
        counts: at("ant"),
        limit: { limit_usd: (20 * scale) / 100, period: "1y", provider: "ant" },
      },
      { holds: ofTeam("red"), limit: { requests: 1_000_000, per: "1y" } },
    ],
  },
  {
    path: "teams",
    entry: { name: "blue" },
    watched: [
      { holds: ofTeam("blue"), limit: { limit_tokens: 600_000 * scale, period: "1y" } },
      { holds: ofTeam("blue"), counts: at("one"), limit: { requests: 60 * scale, per: "1y", provider: "one" } },
      { holds: ofTeam("blue"), limit: { limit_usd: 0.001, period: "1y", mode: "warn" } },
    ],
  },
  {
    path: "limits",
    entry: { name: "gold", tags: { tier: "gold" } },
    watched: [
      { holds: isGold, limit: { tokens: 100_000_000, per: "1y" } },
      { holds: isGold, limit: { limit_usd: (20 * scale) / 100, period: "1y", mode: "soft" } },
    ],
  },
  {
    path: "limits",
    entry: { name: "minis", model: "*/fake-gpt-mini" },
    watched: [
      {
        holds: everybody,
        counts: ({ model }) => model === "fake-gpt-mini",
        limit: { limit_tokens: 100_000_000, period: "1y" },
      },
      { holds: everybody, counts: ({ model }) => model === "fake-gpt-mini", limit: { requests: 100_000, per: "1y" } },
    ],
  },
  {
    path: "limits",
    entry: { name: "second-key", provider_key: "one-1" },
    watched: [
      {
        holds: everybody,
        counts: ({ providerKey }) => providerKey === "one-1",
        limit: { limit_usd: 10, period: "1y", mode: "warn" },
      },
      { holds: everybody, counts: ({ providerKey }) => providerKey === "one-1", limit: { concurrent: 9 } },
      { holds: everybody, counts: ({ providerKey }) => providerKey === "one-1", limit: { tokens: 9e9, per: "1y" } },
    ],
  },
  ...[
    { name: "plain" },
    { name: "red-a", team: "red" },
    { name: "red-b", team: "red", tags: { tier: "gold" } },
    { name: "blue-a", team: "blue" },
    { name: "acme-a", customer: "acme", tags: { tier: "gold" } },
    { name: "gold-a", tags: { tier: "gold" } },
  ].map(
    (entry): WatchedScope => ({
      path: "virtual-keys",
      entry,
      watched: [
        {
          holds: ofKey(entry.name),
          limit: { limit_usd: entry.name === "plain" ? (3 * scale) / 100 : 50, period: "none" },
        },
        { holds: ofKey(entry.name), limit: { requests: 1_000_000, per: "1y" } },
      ].slice(entry.name === "gold-a" ? 1 : 0),
    }),
  ),
];

/** As the admin API takes them. */
export function sectionsOf(watched: readonly Watched[]) {
  const limits = watched.map(({ limit }) => limit);
  return {
    budgets: limits.filter((limit) => "period" in limit),
    rate_limits: limits.filter((limit) => !("period" in limit)),
  };
}
