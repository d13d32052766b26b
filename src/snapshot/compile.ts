import type { ConfiguredProvider, ConfiguredProviderKey } from "#config/configured";
import { defaultRetries, defaultTimeouts } from "#config/provider-defaults";
import { isAtHome } from "#config/provider-problem";
import type { ModelConfig, ProviderConfig } from "#config/provider-schema";
import type { RouteConfig } from "#config/schema";
import { parseTime } from "#config/schema-fields";
import { clientReference } from "#config/secrets";
import { type SettingsConfig, settingDefaults } from "#config/settings-schema";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { KeyProfile } from "#core/key-profile";
import type { ModelFacts, Provider, ProviderKey, Route, Settings } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";
import type { Token } from "#credentials/token";
import type { TokenLookup } from "#credentials/token-keeper";
import { filledBaseUrl } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";
import { makersNamingOf } from "#traits/makers-naming";
import { providerAt } from "#traits/provider-at";
import { compileDialects, defaultAuth, dialectHeaders } from "./compile-dialects";
import { planForms } from "./compile-limits";
import { compilePrice, nanoDollars } from "./compile-price";
import type { ConfiguredSettings } from "./sources";

/** `metricsToken` is the secret that `metrics_token` stands for, `catalogVersion` the catalog that was applied last. */
export function compileSettings(
  config: SettingsConfig,
  { catalogVersion, metricsToken, objectSecret }: Omit<ConfiguredSettings, "effective" | "fromFile"> = {},
): Settings {
  const settings = { ...settingDefaults, ...config };
  return {
    auth: settings.auth,
    durability: settings.durability,
    onJournalFailure: settings.on_journal_failure,
    onUnsupported: settings.on_unsupported,
    contentLogging: settings.content_logging,
    maxBodyBytes: settings.max_body_bytes,
    maxBufferedBytes: settings.max_buffered_bytes,
    retentionDays: settings.retention_days,
    trustedProxies: settings.trusted_proxies,
    requirePrice: settings.require_price,
    ...(settings.on_abort !== settingDefaults.on_abort && { onAbort: settings.on_abort }),
    ...(settings.drain_ms !== settingDefaults.drain_ms && { drainMs: settings.drain_ms }),
    defaultMaxOutputTokens: settings.default_max_output_tokens,
    defaultContextTokens: settings.default_context_tokens,
    ...(config.hosted_tool_ceiling_usd === undefined
      ? {}
      : { hostedToolCeiling: nanoDollars(config.hosted_tool_ceiling_usd) }),
    ...(settings.on_tight_budget !== settingDefaults.on_tight_budget && { onTightBudget: settings.on_tight_budget }),
    ...(config.min_capped_tokens !== undefined && {
      minCappedTokens: { ...settingDefaults.min_capped_tokens, ...config.min_capped_tokens },
    }),
    ...(settings.budget_wait_ms !== settingDefaults.budget_wait_ms && { budgetWaitMs: settings.budget_wait_ms }),
    maxAttempts: settings.max_attempts,
    attemptDeadlineMs: settings.attempt_deadline_ms,
    maxRunning: settings.max_running_requests,
    maxQueued: settings.max_queued_requests,
    queueMs: settings.queue_ms,
    ...(settings.stream_headers_after_ms !== settingDefaults.stream_headers_after_ms && {
      streamHeadersAfterMs: settings.stream_headers_after_ms,
    }),
    ...(settings.keepalive_ms !== settingDefaults.keepalive_ms && { keepAliveMs: settings.keepalive_ms }),
    ...(settings.public_url !== null && { publicUrl: settings.public_url }),
    // Left out where it is not needed: workers of the release before know no such field.
    ...(settings.insecure_sessions && { insecureSessions: true }),
    ...(settings.max_running_per_address !== null && { maxRunningPerAddress: settings.max_running_per_address }),
    ...mediaPolicy(config),
    ...(settings.cors.origins.length > 0 && { cors: settings.cors }),
    ...(catalogVersion !== undefined && { catalogVersion }),
    ...(objectSecret !== undefined && { objectSecret }),
    ...(metricsToken === undefined ? {} : { metricsTokenHash: hashSecret(metricsToken) }),
  };
}

/** Nothing where nothing is fetched: workers of the release before know no such field. */
function mediaPolicy({ materialise }: SettingsConfig): Pick<Settings, "materialise"> {
  const media = { ...settingDefaults.materialise, ...materialise };
  if (!media.enabled) return {};
  return {
    materialise: {
      maxBytes: media.max_bytes,
      maxTotalBytes: media.max_total_bytes,
      timeoutMs: media.timeout_ms,
      allowHttp: media.allow_http,
      allowPrivateNetwork: media.allow_private_network,
    },
  };
}

/** An operator may write a header in capitals that is set here too. */
function withLowerNames(headers: { readonly [name: string]: string } = {}): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * Joins what configuration says of a provider with what Headgate knows of it. The configuration must have passed
 * `providerProblem`. A key whose credentials have no token yet is left out.
 */
export function compileProvider(
  provider: Pick<ConfiguredProvider, "id" | "config" | "keys">,
  definition: ProviderDefinition | undefined,
  tokenOf: TokenLookup = noTokens,
): Provider {
  const { id, config } = provider;
  const baseUrl = (config.base_url ?? usualBaseUrl(definition)).replace(/\/+$/, "");
  const dialects = compileDialects(config, definition, baseUrl);
  const keyless = provider.keys.length === 0 && definition?.environmentVariable === undefined;
  return {
    id,
    baseUrl,
    auth: keyless ? "none" : (config.auth ?? definition?.auth ?? defaultAuth(dialects)),
    dialects,
    headers: { ...dialectHeaders(dialects), ...definition?.headers, ...withLowerNames(config.headers) },
    quirks: config.quirks ?? [],
    ...(config.traits === undefined ? {} : { traits: config.traits }),
    keys: provider.keys.flatMap((key) => {
      const { credentials } = key;
      const token = credentials && tokenOf(credentials, `${id}/${key.name}`);
      return compileProviderKey(key, isAtHome(config, definition), token);
    }),
    timeouts: {
      connectMs: config.timeouts?.connect_ms ?? defaultTimeouts.connectMs,
      headersMs: config.timeouts?.headers_ms ?? defaultTimeouts.headersMs,
      firstTokenMs: config.timeouts?.first_token_ms ?? defaultTimeouts.firstTokenMs,
      patientFirstTokenMs: config.timeouts?.patient_ms ?? defaultTimeouts.patientFirstTokenMs,
      ...(config.timeouts?.patient_ms !== undefined && { reasoningFirstTokenMs: config.timeouts.patient_ms }),
      ...(config.timeouts?.first_token_ms !== undefined && { firstTokenIsSet: true }),
      idleMs: config.timeouts?.idle_ms ?? defaultTimeouts.idleMs,
      totalMs: config.timeouts?.total_ms ?? defaultTimeouts.totalMs,
    },
    retries: {
      max: config.retries?.max ?? defaultRetries.max,
      backoffInitialMs: config.retries?.backoff_initial_ms ?? defaultRetries.backoffInitialMs,
      backoffMaxMs: config.retries?.backoff_max_ms ?? defaultRetries.backoffMaxMs,
    },
    ...knownOf(id, baseUrl, definition),
    ...(definition?.unserved !== undefined && { unserved: definition.unserved }),
    models: modelsOf(config, definition),
    allowPrivateNetwork: config.allow_private_network ?? false,
  };
}

/** With what stands in it where no variable is set: an address that was configured had them filled in. */
function usualBaseUrl(definition: ProviderDefinition | undefined): string {
  if (definition === undefined) return "";
  return filledBaseUrl(definition, () => undefined) ?? definition.baseUrl;
}

const noTokens: TokenLookup = () => undefined;

/** What is known of a provider that an operator gave a name of their own by where it answers. */
function knownOf(id: string, baseUrl: string, definition: ProviderDefinition | undefined) {
  const makersNaming = makersNamingOf(id, baseUrl);
  const { bill } = definition ?? providerDefinitions.get(providerAt(baseUrl) ?? "") ?? {};
  return { ...(makersNaming !== undefined && { makersNaming }), ...(bill !== undefined && { bill }) };
}

export function compileRoute(route: RouteConfig): Route {
  return {
    alias: route.alias,
    ...(route.strategy !== undefined && { strategy: route.strategy }),
    targets: route.targets.map(({ model, weight }) => ({ model, weight: weight ?? 1 })),
    fallbacks: route.fallbacks ?? [],
  };
}

/** Periods that count from the creation of their limit are anchored at zero. */
export function compileKeyProfile(spec: Omit<VirtualKeySpec, "name">): KeyProfile {
  const expiresAtMs = spec.expires_at === undefined ? undefined : parseTime(spec.expires_at);
  return {
    active: spec.active ?? true,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    ...(spec.team === undefined ? {} : { team: spec.team }),
    ...(spec.customer === undefined ? {} : { customer: spec.customer }),
    tags: spec.tags ?? {},
    models: spec.models ?? ["*"],
    blocked: spec.blocked ?? [],
    endpoints: spec.endpoints ?? ["*"],
    ...(spec.content_logging === undefined ? {} : { contentLogging: spec.content_logging }),
    ...(spec.require_price === undefined ? {} : { requirePrice: spec.require_price }),
    ...(spec.on_abort === undefined ? {} : { onAbort: spec.on_abort }),
    ...(spec.on_tight_budget !== undefined && { onTightBudget: spec.on_tight_budget }),
    ...(spec.allowed_ips !== undefined && spec.allowed_ips.length > 0 && { allowedIps: spec.allowed_ips }),
    limits: planForms(spec),
  };
}

/** A client's credential goes nowhere but to the provider's built-in address, whatever was stored. */
function compileProviderKey(
  { id, name, reference, secret, weight, models }: ConfiguredProviderKey,
  atHome: boolean,
  token: Token | undefined,
): readonly ProviderKey[] {
  const own = { id, name, weight, ...(models !== undefined && { models }) };
  if (token !== undefined) return [{ ...own, secret: token.secret, auth: token.auth }];
  if (reference === clientReference) return atHome ? [{ ...own, secret: "", fromClient: true }] : [];
  return secret === undefined ? [] : [{ ...own, secret }];
}

function modelsOf(config: ProviderConfig, definition: ProviderDefinition | undefined): Provider["models"] {
  const models = [...(definition?.models ?? []), ...(config.models ?? []).map(compileModel)];
  return new Map(models.map((model) => [model.id, model]));
}

function compileModel({ id, price, context, max_output: maxOutput, traits }: ModelConfig): ModelFacts {
  return {
    id,
    ...(price === undefined ? {} : { prices: [{ fromMs: 0, price: compilePrice(price) }] }),
    ...(context === undefined ? {} : { contextTokens: context }),
    ...(maxOutput === undefined ? {} : { maxOutputTokens: maxOutput }),
    ...(traits === undefined ? {} : { traits }),
  };
}
