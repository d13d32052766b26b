import type * as z from "zod";
import {
  type CustomerConfig,
  customerSchema,
  type GatewayLimitConfig,
  gatewayLimitSchema,
  type TeamConfig,
  teamSchema,
} from "#config/scope-schema";

export type ScopeConfigs = {
  readonly team: TeamConfig;
  readonly customer: CustomerConfig;
  readonly limit: GatewayLimitConfig;
};

export type ScopeKind = keyof ScopeConfigs;

export const scopeSchemas: { readonly [K in ScopeKind]: z.ZodType<ScopeConfigs[K]> } = {
  team: teamSchema,
  customer: customerSchema,
  limit: gatewayLimitSchema,
};
