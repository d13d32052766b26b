import type { CustomerConfig, GatewayLimitConfig, TeamConfig } from "#config/scope-schema";

export type ScopeConfigs = {
  readonly team: TeamConfig;
  readonly customer: CustomerConfig;
  readonly limit: GatewayLimitConfig;
};

export type ScopeKind = keyof ScopeConfigs;
