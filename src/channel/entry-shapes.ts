import { type CapFloors, tightBudgetPolicies } from "#core/budget-defaults";
import type { KeyProfile } from "#core/key-profile";
import type { MediaPolicy } from "#core/media-policy";
import {
  abortPolicies,
  type ContentLogging,
  type CorsPolicy,
  type Customer,
  type ModelFacts,
  makersNamings,
  modelCapabilities,
  modelModes,
  type Provider,
  type ProviderDialect,
  type ProviderKey,
  type Route,
  type Settings,
  type Team,
  type Timeouts,
  type TraitValues,
  type UpstreamPaths,
} from "#core/snapshot";
import { billFields } from "#core/usage";
import { anything, boolean, list, number, object, oneOf, optional, record, type Shape, string } from "#lib/shape";
import { limitFormShape, limitShape } from "./limit-shapes";
import { datedPriceShape } from "./price-shapes";

// The form of each entry of a snapshot, tied to its type: a field or a word that is missing here does not compile.

const contentLogging = oneOf<ContentLogging>("off", "metadata", "full");
const onTightBudget = oneOf(...tightBudgetPolicies);

export const settingsShape = object<Settings>({
  auth: oneOf("required", "optional"),
  durability: oneOf("process", "disk"),
  onJournalFailure: oneOf("refuse", "continue"),
  onUnsupported: oneOf("drop", "refuse"),
  contentLogging,
  maxBodyBytes: number,
  maxBufferedBytes: number,
  retentionDays: number,
  trustedProxies: list(string),
  requirePrice: boolean,
  onAbort: optional(oneOf(...abortPolicies)),
  drainMs: optional(number),
  defaultMaxOutputTokens: number,
  defaultContextTokens: number,
  hostedToolCeiling: optional(number),
  onTightBudget: optional(onTightBudget),
  minCappedTokens: optional(object<CapFloors>({ text: number, tools: number, reasoning: number })),
  budgetWaitMs: optional(number),
  maxAttempts: number,
  attemptDeadlineMs: number,
  maxRunning: number,
  maxQueued: number,
  queueMs: number,
  maxRunningPerAddress: optional(number),
  streamHeadersAfterMs: optional(number),
  keepAliveMs: optional(number),
  publicUrl: optional(string),
  insecureSessions: optional(boolean),
  metricsTokenHash: optional(string),
  catalogVersion: optional(string),
  objectSecret: optional(string),
  materialise: optional(
    object<MediaPolicy>({
      maxBytes: number,
      maxTotalBytes: number,
      timeoutMs: number,
      allowHttp: boolean,
      allowPrivateNetwork: boolean,
    }),
  ),
  cors: optional(object<CorsPolicy>({ origins: list(string), headers: optional(list(string)) })),
});

export const keyProfileShape = object<KeyProfile>({
  active: boolean,
  expiresAtMs: optional(number),
  team: optional(string),
  customer: optional(string),
  tags: record(string),
  models: list(string),
  blocked: list(string),
  endpoints: list(string),
  contentLogging: optional(contentLogging),
  requirePrice: optional(boolean),
  onAbort: optional(oneOf(...abortPolicies)),
  onTightBudget: optional(onTightBudget),
  allowedIps: optional(list(string)),
  limits: list(limitFormShape),
});

/**
 * The words by which a worker carries out a snapshot. One with others is not for this version: what is asked for by a
 * word that is not known would be left undone. Without a list any word is taken, as where snapshots are only written.
 */
export type KnownWords = {
  readonly dialects?: readonly string[];
  readonly authSchemes?: readonly string[];
  readonly quirks?: readonly string[];
  readonly traits?: readonly string[];
  readonly strategies?: readonly string[];
};

export function routeShape({ strategies }: KnownWords): Shape<Route> {
  return object<Route>({
    alias: string,
    strategy: optional(word(strategies)),
    targets: list(object<Route["targets"][number]>({ model: string, weight: number })),
    fallbacks: list(string),
  });
}

export const teamShape = object<Team>({ name: string, customer: optional(string), limits: list(limitShape) });

export const customerShape = object<Customer>({ name: string, limits: list(limitShape) });

/** A provider with its map of models as a list, for JSON. */
export type WireProvider = Omit<Provider, "models"> & { readonly models: readonly ModelFacts[] };

export function providerShape({ dialects, authSchemes, quirks, traits }: KnownWords): Shape<WireProvider> {
  return object<WireProvider>({
    id: string,
    baseUrl: string,
    auth: word(authSchemes),
    dialects: list(
      object<ProviderDialect>({
        name: word(dialects),
        paths: record(object<UpstreamPaths>({ whole: string, stream: string })),
        models: optional(list(string)),
      }),
    ),
    headers: record(string),
    quirks: list(word(quirks)),
    traits: optional(traitsShape(traits)),
    keys: list(
      object<ProviderKey>({
        id: string,
        name: string,
        secret: string,
        auth: optional(word(authSchemes)),
        fromClient: optional(boolean),
        weight: number,
        models: optional(list(string)),
      }),
    ),
    timeouts: object<Timeouts>({
      connectMs: number,
      headersMs: number,
      firstTokenMs: number,
      patientFirstTokenMs: optional(number),
      reasoningFirstTokenMs: optional(number),
      firstTokenIsSet: optional(boolean),
      idleMs: number,
      totalMs: number,
    }),
    makersNaming: optional(oneOf(...makersNamings)),
    bill: optional(oneOf(...billFields)),
    unserved: optional(list(string)),
    retries: object<Provider["retries"]>({ max: number, backoffInitialMs: number, backoffMaxMs: number }),
    models: list(
      object<ModelFacts>({
        id: string,
        prices: optional(list(datedPriceShape)),
        contextTokens: optional(number),
        maxOutputTokens: optional(number),
        unknown: optional(list(oneOf("contextTokens", "maxOutputTokens"))),
        mode: optional(oneOf(...modelModes)),
        releasedOn: optional(string),
        capabilities: optional(list(oneOf(...modelCapabilities))),
        traits: optional(traitsShape(traits)),
      }),
    ),
    allowPrivateNetwork: boolean,
  });
}

/** What their values may be is looked at where they are used. */
function traitsShape(known: readonly string[] | undefined): Shape<TraitValues> {
  const values = record(anything);
  return {
    fault: (value) => {
      const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
      const strange = known === undefined ? undefined : names.find((name) => !known.includes(name));
      return strange === undefined ? values.fault(value) : { path: `.${strange}`, message: "is not known" };
    },
  };
}

function word(known: readonly string[] | undefined): Shape<string> {
  return known === undefined ? string : oneOf(...known);
}
