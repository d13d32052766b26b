import type { Key, LimitedGateway } from "./limited-gateway.ts";

/** Sections of the configuration, as every scope takes them. */
export type Limits = { readonly budgets?: readonly object[]; readonly rate_limits?: readonly object[] };

export type Keys = readonly [Key, ...Key[]];

/** Where limits can stand. */
export type Scope = {
  readonly name: string;
  /** Only requests to this provider count. */
  readonly provider?: "oai" | "ant";
  /** Where the limits of a trial are shown. */
  readonly shown: (trial: string) => string;
  /** What a refusal calls it. */
  readonly called: (trial: string) => string;
  /** Makes what carries the limits, and the keys that they hold for. */
  readonly make: (gateway: LimitedGateway, trial: string, limits: Limits) => Promise<Keys>;
};

const underLimit = (name: string, matchOf: (trial: string) => object, provider?: "oai" | "ant"): Scope => ({
  name,
  ...(provider === undefined ? {} : { provider }),
  shown: (trial) => `/api/limits/${trial}`,
  called: (trial) => `the limit "${trial}"`,
  make: async (gateway, trial, limits) => {
    await gateway.api("POST", "/api/limits", { name: trial, ...matchOf(trial), ...limits });
    return sharers(gateway, trial, { tags: { use_case: trial } });
  },
});

export const scopes: readonly [Scope, ...Scope[]] = [
  {
    name: "a key",
    shown: (trial) => `/api/virtual-keys/${trial}`,
    called: (trial) => `the key "${trial}"`,
    make: async ({ addKey }, trial, limits) => [await addKey({ name: trial, ...limits })],
  },
  {
    name: "a team",
    shown: (trial) => `/api/teams/${trial}`,
    called: (trial) => `the team "${trial}"`,
    make: async (gateway, trial, limits) => {
      await gateway.api("POST", "/api/teams", { name: trial, ...limits });
      return sharers(gateway, trial, { team: trial });
    },
  },
  {
    name: "a customer",
    shown: (trial) => `/api/customers/${trial}`,
    called: (trial) => `the customer "${trial}"`,
    make: async (gateway, trial, limits) => {
      await gateway.api("POST", "/api/customers", { name: trial, ...limits });
      return sharers(gateway, trial, { customer: trial });
    },
  },
  {
    name: "a team's customer",
    shown: (trial) => `/api/customers/${trial}`,
    called: (trial) => `the customer "${trial}"`,
    make: async (gateway, trial, limits) => {
      await gateway.api("POST", "/api/customers", { name: trial, ...limits });
      await gateway.api("POST", "/api/teams", { name: trial, customer: trial });
      return sharers(gateway, trial, { team: trial });
    },
  },
  underLimit("a tag", (trial) => ({ tags: { use_case: trial } })),
  underLimit("a model", () => ({ model: "oai/fake-*" }), "oai"),
  underLimit("a provider", () => ({ provider: "ant" }), "ant"),
  underLimit("a provider key", () => ({ provider_key: "oai-key" }), "oai"),
];

/** What several keys share is counted once. */
async function sharers({ addKey }: LimitedGateway, name: string, spec: object): Promise<Keys> {
  const named = (suffix: string) => addKey({ name: `${name}${suffix}`, ...spec });
  return [await named(""), await named("b"), await named("c")];
}
