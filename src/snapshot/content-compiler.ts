import type { KeyProfile } from "#channel/key-group";
import type { Limit } from "#core/limit";
import type { Customer, Team, VirtualKey } from "#core/snapshot";
import type { ProviderDefinition } from "#providers/provider";
import type { ConfigStore } from "#store/config/config-store";
import { needOf, readAllowances } from "./allowances";
import { compileProvider, compileRoute, compileSettings, type SnapshotContent } from "./compile";
import { compilePriceOverride } from "./compile-price";
import { type ConfiguredEntries, configuredKey } from "./configured-entries";
import { createKeyCompiler } from "./key-compiler";
import { createLimitCompiler, planGatewayLimits, planSharedLimits } from "./limit-compiler";
import { refuseTooManyLimits } from "./limit-count";
import type { LimitSlots } from "./limit-slots";

/**
 * Makes a snapshot's content of what is configured, and sees that every limit in it has a slot. `sequence` is that of the
 * snapshot to be. Throws a `ControlError` where more limits could apply to a request than the ledger holds it against.
 */
export type ContentCompiler = {
  readonly all: (sequence: number) => Promise<SnapshotContent>;
  /** The content before with the part compiled anew that changed. */
  readonly after: (changed: ChangedPart, before: SnapshotContent, sequence: number) => Promise<SnapshotContent>;
  /** What one of its virtual keys has in common with those that are configured alike. */
  readonly profileOf: (key: VirtualKey) => KeyProfile;
};

export type ChangedPart =
  | "settings"
  | "providers"
  | "routes"
  | "teams"
  | "customers"
  | "limits"
  | { readonly virtualKey: string }
  /** What this budget may spend: its override or its top-ups. */
  | { readonly allowance: Limit };

export type CompilerParts = {
  readonly store: ConfigStore;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly slots: LimitSlots;
  readonly nowMs: () => number;
};

export function createContentCompiler(configured: ConfiguredEntries, parts: CompilerParts): ContentCompiler {
  const { store, slots } = parts;
  const section = createSections(configured, parts);
  const withKey = async (id: string, before: SnapshotContent, sequence: number): Promise<SnapshotContent> => {
    const stored = await store.virtualKeys.find({ id });
    if (stored === undefined) return before;
    const virtualKeys = new Map(before.virtualKeys);
    let gone: readonly Limit[] = [];
    // A rotation may have ended a secret that is not stored any more.
    before.virtualKeys.forEach((key, hash) => {
      if (key.id !== id) return;
      virtualKeys.delete(hash);
      gone = key.limits;
    });
    const next = { ...before, virtualKeys };
    if (stored.revokedAtMs !== undefined) {
      await slots.release([id, ...gone.map((limit) => limit.id)], sequence);
      return next;
    }
    const compiled = await section.virtualKeys.compile([configuredKey(stored)]);
    for (const [hash, key] of compiled) virtualKeys.set(hash, key);
    const keys = [...compiled.values()];
    refuseTooManyLimits(next, keys);
    await slots.release(idsGone(gone, keys[0]?.limits ?? []), sequence);
    return next;
  };
  const replaced = async (before: SnapshotContent, part: Partial<SnapshotContent>, sequence: number) => {
    const next = { ...before, ...part };
    refuseTooManyLimits(next);
    await slots.release(idsGone(sharedLimits(before), sharedLimits(next)), sequence);
    return next;
  };
  const ensureAllowance = async (limit: Limit) =>
    slots.ensure([needOf(limit.id, limit, await readAllowances(store, parts.nowMs()))]);
  return {
    all: async (sequence) => {
      slots.beginCount();
      const content = {
        settings: await section.settings(),
        virtualKeys: await section.virtualKeys.compile(await configured.virtualKeys()),
        routes: await section.routes(),
        providers: await section.providers(),
        teams: await section.teams(),
        customers: await section.customers(),
        limits: await section.limits(),
        prices: configured.prices().map(compilePriceOverride),
      };
      refuseTooManyLimits(content);
      await slots.releaseUncounted(sequence);
      return content;
    },
    after: async (changed, before, sequence) => {
      switch (changed) {
        case "settings":
          return replaced(before, { settings: await section.settings() }, sequence);
        case "providers":
          return { ...before, providers: await section.providers() };
        case "routes":
          return { ...before, routes: await section.routes() };
        case "teams":
          return replaced(before, { teams: await section.teams() }, sequence);
        case "customers":
          return replaced(before, { customers: await section.customers() }, sequence);
        case "limits":
          return replaced(before, { limits: await section.limits() }, sequence);
        default:
          if ("virtualKey" in changed) return withKey(changed.virtualKey, before, sequence);
          await ensureAllowance(changed.allowance);
          return before;
      }
    },
    profileOf: section.virtualKeys.profileOf,
  };
}

/** What compiles each section of a snapshot. */
function createSections(configured: ConfiguredEntries, { store, definitions, slots, nowMs }: CompilerParts) {
  const compileLimits = createLimitCompiler(store, slots, nowMs);
  return {
    settings: async () => {
      const { effective, metricsToken } = await configured.settings();
      return compileSettings(effective, metricsToken);
    },
    providers: async () =>
      (await configured.providers()).map((provider) => compileProvider(provider, definitions.get(provider.id))),
    routes: async () =>
      new Map((await configured.routes()).map((route) => [route.alias, compileRoute(route)] as const)),
    teams: async (): Promise<SnapshotContent["teams"]> => {
      const teams = await configured.teams();
      const limits = await compileLimits(teams.map((team) => planSharedLimits("team", team)));
      return new Map(teams.map((team, index): [string, Team] => [team.name, compileTeam(team, limits[index] ?? [])]));
    },
    customers: async (): Promise<SnapshotContent["customers"]> => {
      const customers = await configured.customers();
      const limits = await compileLimits(customers.map((customer) => planSharedLimits("customer", customer)));
      return new Map(
        customers.map(({ name }, index): [string, Customer] => [name, { name, limits: limits[index] ?? [] }]),
      );
    },
    limits: async () => (await compileLimits((await configured.limits()).map(planGatewayLimits))).flat(),
    virtualKeys: createKeyCompiler(store, slots, nowMs),
  };
}

function compileTeam(
  { name, customer }: { readonly name: string; readonly customer?: string },
  limits: readonly Limit[],
): Team {
  return { name, ...(customer === undefined ? {} : { customer }), limits };
}

/** Limits that do not belong to one key. */
function sharedLimits({ teams, customers, limits }: SnapshotContent): readonly Limit[] {
  return [...[...teams.values(), ...customers.values()].flatMap((scope) => scope.limits), ...limits];
}

function idsGone(before: readonly Limit[], next: readonly Limit[]): readonly string[] {
  const kept = new Set(next.map(({ id }) => id));
  return before.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
}
