import type { ProviderDefinition } from "#providers/provider";
import type {
  ConfiguredCustomer,
  ConfiguredGatewayLimit,
  ConfiguredProvider,
  ConfiguredProviderKey,
  ConfiguredRoute,
  ConfiguredTeam,
} from "./configured";
import { resolveCredentials } from "./credentials";
import type { Credentials, CredentialsField } from "./credentials-schema";
import { withBaseUrl } from "./environment";
import { filePlaces, type PlaceOf } from "./file-places";
import { limitCountProblems } from "./limit-count";
import type { PriceOverrideConfig } from "./price-schema";
import { describeProblem, type Path, type Problem } from "./problem";
import { keyValueProblem, providerProblem } from "./provider-problem";
import type { ProviderKeyConfig } from "./provider-schema";
import type { ConfigFile } from "./schema";
import { referenceOf, type SecretResolver, variableNamed } from "./secrets";
import type { SettingsConfig } from "./settings-schema";
import type { VirtualKeySpec } from "./virtual-key-schema";

/** What the configuration file declares, with its secrets resolved. */
export type FileEntries = {
  readonly settings: SettingsConfig;
  readonly metricsToken?: string;
  readonly providers: readonly ConfiguredProvider[];
  readonly routes: readonly ConfiguredRoute[];
  readonly virtualKeys: readonly FileVirtualKey[];
  readonly teams: readonly ConfiguredTeam[];
  readonly customers: readonly ConfiguredCustomer[];
  readonly limits: readonly ConfiguredGatewayLimit[];
  readonly prices: readonly PriceOverrideConfig[];
  /** Where its entries stand in the file. A function, so that it is no part of what tells one file from another. */
  readonly placeOf: PlaceOf;
};

/** Without a secret, one is generated when the key is first seen. */
export type FileVirtualKey = { readonly spec: VirtualKeySpec; readonly secret?: string };

export type ReadEntries =
  | { readonly ok: true; readonly entries: FileEntries }
  | { readonly ok: false; readonly errors: readonly string[] };

export const noEntries: FileEntries = {
  settings: {},
  providers: [],
  routes: [],
  virtualKeys: [],
  teams: [],
  customers: [],
  limits: [],
  prices: [],
  placeOf: () => undefined,
};

type Context = {
  readonly resolveSecret: SecretResolver;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly report: (problem: Problem) => void;
};

/** Resolves references and checks what the schema cannot: `where` says `file:line:column` of a path for the errors. */
export function readFileEntries(
  config: ConfigFile,
  where: (path: Path) => string,
  resolveSecret: SecretResolver,
  definitions: ReadonlyMap<string, ProviderDefinition>,
): ReadEntries {
  const problems: Problem[] = [];
  const context: Context = { resolveSecret, definitions, report: (problem) => problems.push(problem) };
  const metricsToken = secretAt(config.settings?.metrics_token, ["settings", "metrics_token"], context);
  const entries: FileEntries = {
    settings: config.settings ?? {},
    ...(metricsToken !== undefined && { metricsToken }),
    providers: Object.entries(config.providers ?? {}).map(([id, provider]) => providerEntry(id, provider, context)),
    routes: fromFile(config.routes),
    virtualKeys: virtualKeyEntries(config.virtual_keys ?? [], context),
    teams: fromFile(config.teams),
    customers: fromFile(config.customers),
    limits: fromFile(config.limits),
    prices: config.prices ?? [],
    placeOf: filePlaces(config, where),
  };
  problems.push(...limitCountProblems(config));
  if (problems.length === 0) return { ok: true, entries };
  return { ok: false, errors: problems.map((problem) => `${where(problem.path)}: ${describeProblem(problem)}`) };
}

function fromFile<T>(list: readonly T[] = []): readonly (T & { readonly source: "file" })[] {
  return list.map((entry) => ({ ...entry, source: "file" }));
}

function providerEntry(
  id: string,
  { keys = [], ...written }: NonNullable<ConfigFile["providers"]>[string],
  context: Context,
): ConfiguredProvider {
  const definition = context.definitions.get(id);
  const config = withBaseUrl(written, definition, (name) => variableNamed(name, context.resolveSecret));
  const problem = providerProblem(config, definition);
  if (problem !== undefined) context.report({ ...problem, path: ["providers", id, ...problem.path] });
  for (const [index, { value }] of keys.entries()) {
    const message = keyValueProblem(value, config, definition);
    if (message !== undefined) context.report({ path: ["providers", id, "keys", index, "value"], message });
  }
  return { id, source: "file", config, keys: keys.map((key, index) => providerKeyEntry(id, key, index, context)) };
}

function providerKeyEntry(id: string, key: ProviderKeyConfig, index: number, context: Context): ConfiguredProviderKey {
  const path = ["providers", id, "keys", index];
  const { credentials: given } = key;
  const reference = referenceOf(key.value ?? (typeof given === "string" ? given : ""));
  const secret = secretAt(key.value, [...path, "value"], context);
  const credentials = given === undefined ? undefined : credentialsAt(given, [...path, "credentials"], context);
  return {
    id: `file:${id}:${key.name}`,
    name: key.name,
    ...(reference !== undefined && { reference }),
    ...(secret !== undefined && { secret }),
    ...(credentials !== undefined && { credentials }),
    weight: key.weight ?? 1,
    ...(key.models !== undefined && { models: key.models }),
  };
}

function virtualKeyEntries(keys: NonNullable<ConfigFile["virtual_keys"]>, context: Context): readonly FileVirtualKey[] {
  const seen = new Map<string, string>();
  return keys.map(({ value, ...spec }, index) => {
    const path = ["virtual_keys", index, "value"];
    const secret = secretAt(value, path, context);
    if (secret === undefined) return { spec };
    const other = seen.get(secret);
    if (other !== undefined) context.report({ path, message: `is the same secret as that of "${other}"` });
    seen.set(secret, spec.name);
    return { spec, secret };
  });
}

function secretAt(value: string | undefined, path: Path, context: Context): string | undefined {
  if (value === undefined || value === "") return undefined;
  const resolved = context.resolveSecret(value);
  if (resolved.ok) return resolved.secret;
  context.report({ path, message: resolved.message });
  return undefined;
}

function credentialsAt(given: CredentialsField, path: Path, context: Context): Credentials | undefined {
  const resolved = resolveCredentials(given, context.resolveSecret, { mayReadFiles: true });
  if (resolved.ok) return resolved.credentials;
  context.report({ path, message: resolved.message });
  return undefined;
}
