import type {
  ConfiguredCustomer,
  ConfiguredGatewayLimit,
  ConfiguredProvider,
  ConfiguredRoute,
  ConfiguredTeam,
  Source,
} from "#config/configured";
import type { FileEntries } from "#config/file-entries";
import type { PriceOverrideConfig } from "#config/price-schema";
import type { RouteConfig } from "#config/schema";
import type { Limit } from "#core/limit";
import type { SnapshotContent } from "#core/snapshot";
import type { TokenKeeper } from "#credentials/token-keeper";
import type { ProviderDefinition } from "#providers/provider";
import { compileProvider, compileRoute, compileSettings } from "./compile";
import { compilePriceOverride } from "./compile-price";
import { compileCustomers, compileGatewayLimits, compileTeams } from "./compile-scopes";
import type { KeyCompiler, KeyPages } from "./key-compiler";
import type { LimitCompiler } from "./limit-compiler";
import {
  type ConfiguredSettings,
  configuredKey,
  configuredProvider,
  configuredSettings,
  type Sources,
} from "./sources";

/** The control plane's half of a section of the snapshot; `channel/sections.ts` has how it travels. */
export type SectionRow<E, V> = {
  /** What is configured: the file's entries, and what is stored beside them. */
  readonly entries: (from: Sources) => Promise<E>;
  /** What the file declares, by name, for the audit event of its load. */
  readonly declared: (file: FileEntries) => ReadonlyMap<string, unknown>;
  readonly compile: (entries: E, tools: CompileTools) => Promise<V> | V;
  /** The limits in it, but for those of virtual keys. */
  readonly limitsIn?: (value: V) => readonly Limit[];
};

export type CompileTools = {
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  /** What keys with credentials are sent with. */
  readonly tokens: Pick<TokenKeeper, "lookup">;
  /** Give limits and virtual keys their slots in the ledger. */
  readonly limits: LimitCompiler;
  readonly keys: KeyCompiler;
};

/** A row for each section of some content `C`, made from what is configured as `E`. */
export type SectionRows<E extends Entries<C>, C> = { readonly [N in keyof C]: SectionRow<E[N], C[N]> };

type Entries<C> = { readonly [N in keyof C]: unknown };

/** What is configured for each section of the snapshot. */
export type Configured = {
  readonly settings: ConfiguredSettings;
  /** All that are not revoked, the file's last. */
  readonly virtualKeys: KeyPages;
  readonly routes: readonly ConfiguredRoute[];
  readonly providers: readonly ConfiguredProvider[];
  readonly teams: readonly ConfiguredTeam[];
  readonly customers: readonly ConfiguredCustomer[];
  readonly limits: readonly ConfiguredGatewayLimit[];
  readonly prices: readonly PriceOverrideConfig[];
};

export type SectionName = keyof Configured;

/** What is made of so many keys on the way is garbage before it gets old. */
const keysPerPage = 2048;

/** One row a section. */
export const sectionRows: SectionRows<Configured, SnapshotContent> = {
  settings: {
    entries: configuredSettings,
    declared: ({ settings }) => new Map(Object.entries(settings)),
    compile: ({ effective, ...beside }) => compileSettings(effective, beside),
  },
  virtualKeys: {
    entries:
      async ({ store, fileKeys }) =>
      async (take) => {
        for (let after = ""; ; ) {
          const stored = await store.virtualKeys.list({ includeRevoked: false, after, limit: keysPerPage });
          if (stored.length > 0) await take(stored.map(configuredKey));
          if (stored.length < keysPerPage) break;
          after = stored.at(-1)?.id ?? "";
        }
        if (fileKeys.length > 0) await take(fileKeys);
      },
    declared: ({ virtualKeys }) => new Map(virtualKeys.map((key) => [key.spec.name, key])),
    compile: (pages, tools) => tools.keys.compile(pages),
  },
  routes: named<RouteConfig, SnapshotContent["routes"]>({
    nameOf: ({ alias }) => alias,
    declared: ({ routes }) => routes,
    stored: ({ store }) => store.routes.list(),
    compile: (routes) => new Map(routes.map((route) => [route.alias, compileRoute(route)])),
  }),
  providers: named<Omit<ConfiguredProvider, "source">, SnapshotContent["providers"]>({
    nameOf: ({ id }) => id,
    declared: ({ providers }) => providers,
    stored: async ({ store, ...from }) =>
      (await store.providers.list()).map((provider) => configuredProvider(provider, from)),
    compile: (providers, { definitions, tokens }) => {
      const tokenOf = tokens.lookup();
      const compiled = providers.map((each) => compileProvider(each, definitions.get(each.id), tokenOf));
      return new Map(compiled.map((provider) => [provider.id, provider]));
    },
  }),
  teams: named({
    nameOf: ({ name }) => name,
    declared: ({ teams }) => teams,
    stored: ({ store }) => store.scopes.list("team"),
    compile: compileTeams,
    limitsIn: (teams) => [...teams.values()].flatMap(({ limits }) => limits),
  }),
  customers: named({
    nameOf: ({ name }) => name,
    declared: ({ customers }) => customers,
    stored: ({ store }) => store.scopes.list("customer"),
    compile: compileCustomers,
    limitsIn: (customers) => [...customers.values()].flatMap(({ limits }) => limits),
  }),
  limits: named({
    nameOf: ({ name }) => name,
    declared: ({ limits }) => limits,
    stored: ({ store }) => store.scopes.list("limit"),
    compile: compileGatewayLimits,
    limitsIn: (limits) => limits,
  }),
  prices: {
    entries: async ({ file }) => file.prices,
    declared: ({ prices }) => new Map(prices.map((price) => [`${price.provider ?? "*"}/${price.model}`, price])),
    compile: (prices) => prices.map(compilePriceOverride),
  },
};

/** A list of named entries that the file declares or the store has. Of two with one name the file's counts. */
export function named<T, V>(list: {
  readonly nameOf: (entry: T) => string;
  readonly declared: (file: FileEntries) => readonly Sourced<T>[];
  readonly stored: (from: Sources) => Promise<readonly T[]>;
  readonly compile: SectionRow<readonly Sourced<T>[], V>["compile"];
  readonly limitsIn?: (value: V) => readonly Limit[];
}): SectionRow<readonly Sourced<T>[], V> {
  const { nameOf, declared, stored, ...row } = list;
  return {
    ...row,
    declared: (file) => new Map(declared(file).map((entry) => [nameOf(entry), entry])),
    entries: async (from) => {
      const first = declared(from.file);
      const names = new Set(first.map(nameOf));
      const others = (await stored(from)).filter((entry) => !names.has(nameOf(entry)));
      return [...first, ...others.map((entry) => ({ ...entry, source: "store" as const }))];
    },
  };
}

type Sourced<T> = T & { readonly source: Source };
