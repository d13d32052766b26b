import type { CapFloors, TightBudgetPolicy } from "./budget-defaults";
import type { DialectId } from "./completion";
import type { Limit } from "./limit";
import type { MediaPolicy } from "./media-policy";
import type { DatedPrice, NanoDollars } from "./money";
import type { SlotRef } from "./slot-ref";
import type { BillField } from "./usage";

/**
 * Everything the data plane knows about configuration, computed by the control plane so that a request only looks up.
 * Workers hold one immutable value and swap the reference. `channel/sections.ts` says how each section travels,
 * `snapshot/sections.ts` what it is made from.
 */
export type Snapshot = SnapshotContent & {
  /** Grows by one with every change. */
  readonly sequence: number;
};

export type SnapshotContent = {
  readonly settings: Settings;
  /** By SHA-256 of the presented secret, hex. */
  readonly virtualKeys: ReadonlyMap<string, VirtualKey>;
  /** By alias. */
  readonly routes: ReadonlyMap<string, Route>;
  /** By id, in file order (resolution of bare names prefers the earlier one). */
  readonly providers: ReadonlyMap<string, Provider>;
  /** By name. A key may name a team that is not here: then it is a label without limits. */
  readonly teams: ReadonlyMap<string, Team>;
  readonly customers: ReadonlyMap<string, Customer>;
  /** Of the gateway as a whole: by tag, model, provider or provider key. */
  readonly limits: readonly Limit[];
  /** The operator's own prices; `core/price-override.ts` says which counts. */
  readonly prices: readonly PriceOverride[];
};

/** A price that the operator sets for all models that match. */
export type PriceOverride = DatedPrice & {
  /** Glob over provider ids; absent: all. */
  readonly provider?: string;
  /** Glob over model names at the provider. */
  readonly model: string;
};

export type Team = { readonly name: string; readonly customer?: string; readonly limits: readonly Limit[] };

export type Customer = { readonly name: string; readonly limits: readonly Limit[] };

export type Settings = {
  readonly auth: "required" | "optional";
  readonly durability: "process" | "disk";
  readonly onJournalFailure: "refuse" | "continue";
  readonly onUnsupported: "drop" | "refuse";
  readonly contentLogging: ContentLogging;
  readonly maxBodyBytes: number;
  readonly maxBufferedBytes: number;
  readonly retentionDays: number;
  /** CIDR ranges whose `x-forwarded-for` is believed. */
  readonly trustedProxies: readonly string[];
  /** Refuse targets whose price is unknown. Under a hard money budget they are refused anyway. */
  readonly requirePrice: boolean;
  /** What is charged for a request that its client left; absent: `estimate`. */
  readonly onAbort?: OnAbort;
  /** With `drain`: how long a provider is read on; absent: `defaultDrainMs`. */
  readonly drainMs?: number;
  /** Taken for a model's output limit where neither the request nor the catalog has one. */
  readonly defaultMaxOutputTokens: number;
  /** Taken for a model's context where a request refers to input of unknown length and the context is not known. */
  readonly defaultContextTokens: number;
  /** The most that the tools which a provider runs itself may cost in one request; absent: refused under hard money budgets. */
  readonly hostedToolCeiling?: NanoDollars;
  /** Absent: `budgetDefaults`, as of the next two. */
  readonly onTightBudget?: TightBudgetPolicy;
  readonly minCappedTokens?: CapFloors;
  /** How long a request waits for money that running requests hold. */
  readonly budgetWaitMs?: number;
  /** Attempts of one request, all targets together. */
  readonly maxAttempts: number;
  /** From the first attempt to the start of the last one's answer, back-off included. */
  readonly attemptDeadlineMs: number;
  /** Running requests of one worker; more wait in a queue of `maxQueued`, for at most `queueMs`, and are then refused. */
  readonly maxRunning: number;
  readonly maxQueued: number;
  readonly queueMs: number;
  /** Running requests of one worker from one address; absent: as many as come. */
  readonly maxRunningPerAddress?: number;
  /** When the headers of a stream go out before its first token; -1: never. Absent: `streamDefaults`. */
  readonly streamHeadersAfterMs?: number;
  /** How long a client hears nothing of its stream at most; 0: for ever. Absent: `streamDefaults`. */
  readonly keepAliveMs?: number;
  /** Base of the addresses that are given out, e.g. `https://ai.example.com`. */
  readonly publicUrl?: string;
  /** Whether sessions are taken over plain HTTP from other machines. */
  readonly insecureSessions?: boolean;
  /** Hosts that `/metrics` trusts by token (SHA-256 hex), besides the admin's. */
  readonly metricsTokenHash?: string;
  /** SHA-256 of the catalog that holds in the place of the shipped one, hex: its file's name in the data directory. */
  readonly catalogVersion?: string;
  /** What ids of stored objects are sealed with: 64 bytes, hex (`objects/object-ids.ts`). Absent: objects are not served. */
  readonly objectSecret?: string;
  /** What may be fetched from addresses that clients name; absent: nothing. */
  readonly materialise?: MediaPolicy;
  /** Pages of other origins that browsers let ask for inference; absent: none. */
  readonly cors?: CorsPolicy;
};

export type CorsPolicy = {
  /** Such as `https://app.example.com`, with `*` for any part of it or for all. At least one. */
  readonly origins: readonly string[];
  /** The request headers that pages may send; absent: those that they ask for. */
  readonly headers?: readonly string[];
};

/** The likely cost so far, all that was held, or what the provider says once it has been read to its end. */
export const abortPolicies = ["estimate", "full-hold", "drain"] as const;
export type OnAbort = (typeof abortPolicies)[number];

export const defaultDrainMs = 60_000;

export type ContentLogging = "off" | "metadata" | "full";

/** What we give to clients: the principal of a request. The secret itself is never kept. */
export type VirtualKey = {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly expiresAtMs?: number;
  readonly team?: string;
  readonly customer?: string;
  readonly tags: { readonly [name: string]: string };
  /** Glob patterns (`*`) matched against the asked name; an alias covers its targets. */
  readonly models: readonly string[];
  /** Glob patterns matched against the served target, `provider/model`, by any name of its model. */
  readonly blocked: readonly string[];
  /** Glob patterns over endpoint names: `chat.completions`, `messages`, `embeddings`, `models`, … */
  readonly endpoints: readonly string[];
  readonly contentLogging?: ContentLogging;
  readonly requirePrice?: boolean;
  readonly onAbort?: OnAbort;
  readonly onTightBudget?: TightBudgetPolicy;
  /** Addresses and CIDR ranges that it may be used from; absent: any. */
  readonly allowedIps?: readonly string[];
  /** Its own; those of team and customer are found by name. */
  readonly limits: readonly Limit[];
  /** The key's slot in the ledger: counts requests and running requests. */
  readonly slot: SlotRef;
};

export type Route = {
  readonly alias: string;
  /** A name of `routing/strategies/registry.ts`; its default without one. */
  readonly strategy?: string;
  readonly targets: readonly { readonly model: string; readonly weight: number }[];
  readonly fallbacks: readonly string[];
};

export type Provider = {
  readonly id: string;
  /** Without a trailing slash, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** A scheme of `providers/auth/schemes.ts`; `none` where no key is sent. */
  readonly auth: string;
  readonly dialects: readonly ProviderDialect[];
  /** Constant headers, e.g. `anthropic-version`. */
  readonly headers: { readonly [name: string]: string };
  /** Names of `traits/quirks.ts` that the operator gave it. */
  readonly quirks: readonly string[];
  /** What the operator says of all its models, by the names of `traits/vocabulary.ts`. */
  readonly traits?: TraitValues;
  readonly keys: readonly ProviderKey[];
  readonly timeouts: Timeouts;
  readonly retries: { readonly max: number; readonly backoffInitialMs: number; readonly backoffMaxMs: number };
  /** How its names of models say who made them; absent: they do not. */
  readonly makersNaming?: MakersNaming;
  /** Where its answers say what they cost, if it is believed. */
  readonly bill?: BillField;
  /** Glob patterns of models that the catalog lists and that cannot be asked for in any of its dialects. */
  readonly unserved?: readonly string[];
  /** Models that configuration adds or changes, by id. */
  readonly models: ReadonlyMap<string, ModelFacts>;
  readonly allowPrivateNetwork: boolean;
};

/** `maker/model`, or `region.maker.model-v1:0`. */
export const makersNamings = ["path", "profile"] as const;
export type MakersNaming = (typeof makersNamings)[number];

export type TraitValues = { readonly [trait: string]: unknown };

export type ProviderDialect = {
  readonly name: DialectId;
  /** By operation; one that is not here is not served. */
  readonly paths: { readonly [operation: string]: UpstreamPaths };
  /** Glob patterns of the models it serves; absent means all. */
  readonly models?: readonly string[];
};

/**
 * Where an operation is asked for: appended to the base URL, with a query where there is one. `{model}` stands for the
 * model's name at the provider, percent-encoded.
 */
export type UpstreamPaths = {
  readonly whole: string;
  /** For a streamed answer; most often the same. */
  readonly stream: string;
};

export type ProviderKey = {
  readonly id: string;
  readonly name: string;
  /** Empty where it is the client's; of credentials the token that holds, or what requests are signed with. */
  readonly secret: string;
  /** A scheme of `providers/auth/schemes.ts`, where it is another than the provider's. */
  readonly auth?: string;
  /** Stands for the credential that a client sends itself: only such a request may be served with it. */
  readonly fromClient?: boolean;
  readonly weight: number;
  /** Glob patterns of the models it may be used for; absent means all. */
  readonly models?: readonly string[];
};

export type ModelFacts = {
  readonly id: string;
  /** Newest first; which counts depends on the day of the request. Absent when no price is known. */
  readonly prices?: readonly DatedPrice[];
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Limits of a chat model that no source of the catalog knows. */
  readonly unknown?: readonly ("contextTokens" | "maxOutputTokens")[];
  /** What it is for; absent when that is not known. */
  readonly mode?: ModelMode;
  /** Day of its release, `YYYY-MM-DD` (or the month or year alone). */
  readonly releasedOn?: string;
  /** What it can do; absent when that is not known. */
  readonly capabilities?: readonly Capability[];
  /** What the operator says of it. */
  readonly traits?: TraitValues;
};

export const modelModes = ["chat", "embedding", "image", "speech", "transcription", "video", "rerank"] as const;
export type ModelMode = (typeof modelModes)[number];

/** `…-input` and `…-output`: beside text. */
export const modelCapabilities = [
  "tools",
  "reasoning",
  "structured-output",
  "temperature",
  "image-input",
  "pdf-input",
  "audio-input",
  "video-input",
  "image-output",
  "audio-output",
] as const;
export type Capability = (typeof modelCapabilities)[number];

/** Milliseconds. Each timer, when it fires, ends the attempt with `upstream_timeout` naming itself. */
export type Timeouts = {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly firstTokenMs: number;
  /** In the place of `firstTokenMs` where it is worth waiting longer, and the most between two tokens; absent: the same. */
  readonly patientFirstTokenMs?: number;
  /** The same for requests that make a model reason; absent: `totalMs`. */
  readonly reasoningFirstTokenMs?: number;
  /** Whether an operator has set `firstTokenMs`: then none is learnt, and the last target gets no longer. */
  readonly firstTokenIsSet?: boolean;
  readonly idleMs: number;
  readonly totalMs: number;
};
