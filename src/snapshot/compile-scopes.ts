import type { LimitsConfig } from "#config/limit-schema";
import type { CustomerConfig, GatewayLimitConfig, TeamConfig } from "#config/scope-schema";
import type { Limit, LimitScope, TargetMatch } from "#core/limit";
import { limitOwner } from "#core/limit-id";
import type { Customer, Team } from "#core/snapshot";
import { type PlannedLimit, planLimits } from "./compile-limits";
import type { LimitCompiler } from "./limit-compiler";

// What carries limits that several virtual keys share.

type Tools = { readonly limits: LimitCompiler };

export async function compileTeams(
  teams: readonly TeamConfig[],
  { limits }: Tools,
): Promise<ReadonlyMap<string, Team>> {
  const compiled = await limits(teams.map((team) => planOf("team", team)));
  return byName(
    teams.map(({ name, customer }, index) => ({
      name,
      ...(customer !== undefined && { customer }),
      limits: compiled[index] ?? [],
    })),
  );
}

export async function compileCustomers(
  customers: readonly CustomerConfig[],
  { limits }: Tools,
): Promise<ReadonlyMap<string, Customer>> {
  const compiled = await limits(customers.map((customer) => planOf("customer", customer)));
  return byName(customers.map(({ name }, index) => ({ name, limits: compiled[index] ?? [] })));
}

export async function compileGatewayLimits(
  entries: readonly GatewayLimitConfig[],
  { limits }: Tools,
): Promise<readonly Limit[]> {
  return (await limits(entries.map((entry) => planOf("limit", entry, targetOf(entry))))).flat();
}

function planOf(
  kind: LimitScope["kind"],
  config: LimitsConfig & { readonly name: string },
  match?: TargetMatch,
): readonly PlannedLimit[] {
  return planLimits(limitOwner(kind, config.name), { kind, name: config.name }, config, match);
}

function targetOf({ tags, model, provider, provider_key: providerKey }: GatewayLimitConfig): TargetMatch {
  return {
    ...(tags !== undefined && Object.keys(tags).length > 0 && { tags }),
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(providerKey !== undefined && { providerKey }),
  };
}

function byName<E extends { readonly name: string }>(entries: readonly E[]): ReadonlyMap<string, E> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}
