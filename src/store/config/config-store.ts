import type { ProviderConfig } from "#config/provider-schema";
import type { RouteConfig } from "#config/schema";
import type { CustomerConfig, GatewayLimitConfig, TeamConfig } from "#config/scope-schema";
import type { SettingsConfig } from "#config/settings-schema";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { LimitScope } from "#core/limit";
import type { SlotRef } from "#core/snapshot";
import type { AuditEvent, AuditQuery, ChainedEvent } from "./audit-event";
import type { KeptAnswer } from "./kept-answer";

/**
 * What operators configured through the API and the command line. Secrets of providers are encrypted at rest, those of
 * virtual keys are kept as hashes. A call is one transaction, durable when it resolves, unless it is made inside one.
 */
export type ConfigStore = ConfigData & {
  /**
   * Makes one transaction of all calls that `work` makes, also through what it calls and awaits: all are durable when it
   * resolves, none is left when `work` throws. Other calls wait until it is over, and so never see or join half of it.
   * One inside another is part of that.
   */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => void;
};

/** The calls that a transaction may be made of. */
export type ConfigData = {
  /** In the order they were added. */
  readonly providers: () => Promise<readonly StoredProvider[]>;
  /** Adds a provider, or replaces its configuration and keeps its keys and place. */
  readonly putProvider: (id: string, config: ProviderConfig) => Promise<void>;
  /** Deletes it with its keys; false when there is none. */
  readonly deleteProvider: (id: string) => Promise<boolean>;
  /** Adds or replaces a key of a provider that is there. */
  readonly putProviderKey: (provider: string, key: NewProviderKey) => Promise<void>;
  readonly deleteProviderKey: (provider: string, id: string) => Promise<boolean>;

  readonly routes: () => Promise<readonly RouteConfig[]>;
  readonly putRoute: (route: RouteConfig) => Promise<void>;
  readonly deleteRoute: (alias: string) => Promise<boolean>;

  /** Ordered by id, which is the order of creation. Revoked ones are among them. */
  readonly virtualKeys: (page: KeyPage) => Promise<readonly StoredVirtualKey[]>;
  readonly virtualKey: (id: string) => Promise<StoredVirtualKey | undefined>;
  /** The key of that name that is not revoked. */
  readonly virtualKeyNamed: (name: string) => Promise<StoredVirtualKey | undefined>;
  /** Whether a key has this secret, or had it when it was revoked. */
  readonly hasSecret: (hash: string) => Promise<boolean>;
  /** Fails when the id or the hash is taken. */
  readonly addVirtualKey: (key: StoredVirtualKey) => Promise<void>;
  readonly changeVirtualKey: (id: string, spec: VirtualKeySpec) => Promise<void>;
  /** False when there is none, or it is revoked already. */
  readonly revokeVirtualKey: (id: string, nowMs: number) => Promise<boolean>;
  /** Gives a key another secret; the one it had works until `untilMs`, one from before that no more. */
  readonly rotateVirtualKey: (id: string, secret: KeyHash, untilMs: number) => Promise<void>;

  /** Secrets that were generated for keys of the configuration file, by the key's name. */
  readonly fileKeys: () => Promise<ReadonlyMap<string, KeyHash>>;
  readonly putFileKey: (name: string, key: KeyHash) => Promise<void>;

  /** Which ledger slot a virtual key or a limit has, by its id. */
  readonly slots: () => Promise<readonly (StoredSlot & { readonly owner: string })[]>;
  readonly putSlots: (slots: ReadonlyMap<string, StoredSlot>) => Promise<void>;
  /** With the overrides and top-ups of these limits. */
  readonly deleteSlots: (owners: readonly string[]) => Promise<void>;

  /** Teams, customers, or limits of the gateway, by name. */
  readonly scopes: <K extends ScopeKind>(kind: K) => Promise<readonly ScopeConfigs[K][]>;
  readonly scope: <K extends ScopeKind>(kind: K, name: string) => Promise<ScopeConfigs[K] | undefined>;
  /** Adds or replaces one. */
  readonly putScope: <K extends ScopeKind>(kind: K, config: ScopeConfigs[K]) => Promise<void>;
  readonly deleteScope: (kind: ScopeKind, name: string) => Promise<void>;

  /** By the budget's id. Those that have ended are among them until somebody deletes them. */
  readonly overrides: () => Promise<ReadonlyMap<string, StoredOverride>>;
  readonly putOverride: (limitId: string, override: StoredOverride) => Promise<void>;
  readonly deleteOverride: (limitId: string) => Promise<void>;
  readonly addTopUp: (limitId: string, topUp: StoredTopUp) => Promise<void>;
  /** Oldest first. */
  readonly topUps: (limitId: string) => Promise<readonly StoredTopUp[]>;
  /** What was topped up in all, by the budget's id. */
  readonly topUpSums: () => Promise<ReadonlyMap<string, number>>;

  /** Adds those events whose budget, period and threshold are new; gives them. */
  readonly addBudgetEvents: (events: readonly BudgetEvent[]) => Promise<readonly BudgetEvent[]>;
  /** Newest first. */
  readonly budgetEvents: (query: BudgetEventQuery) => Promise<readonly BudgetEvent[]>;
  /** Deletes the events of periods that ended before this time. */
  readonly deleteBudgetEvents: (beforeMs: number) => Promise<void>;

  readonly settings: () => Promise<SettingsConfig>;
  readonly putSettings: (settings: SettingsConfig) => Promise<void>;

  readonly fact: (name: FactName) => Promise<string | undefined>;
  readonly setFact: (name: FactName, value: string) => Promise<void>;

  /** Adds an event to the end of the chain. */
  readonly appendAuditEvent: (event: AuditEvent) => Promise<ChainedEvent>;
  readonly auditEvents: (query: AuditQuery) => Promise<readonly ChainedEvent[]>;
  /** The end of the chain, undefined for an empty one. */
  readonly auditHead: () => Promise<ChainedEvent | undefined>;

  /** The answer kept under this key, unless it is too old. */
  readonly keptAnswer: (actor: string, key: string, nowMs: number) => Promise<KeptAnswer | undefined>;
  /** Keeps one and forgets those that are too old or too many. */
  readonly keepAnswer: (answer: KeptAnswer) => Promise<void>;
};

/** Single values; all but the hash are JSON. */
export type FactName =
  | "admin_token_hash"
  /** Environment variables whose provider was switched on once: what the operator deleted since stays deleted. */
  | "environment_seen"
  /** Fingerprint of what the configuration file declared last. */
  | "config_file_hash"
  | "snapshot_sequence"
  /** State of the ledger's slot allocator. */
  | "slot_allocator";

export type StoredProvider = {
  readonly id: string;
  readonly config: ProviderConfig;
  readonly keys: readonly StoredProviderKey[];
};

export type NewProviderKey = {
  readonly id: string;
  readonly name: string;
  /** The secret or a reference to it, in clear: the store encrypts it. */
  readonly value: string;
  readonly weight: number;
  readonly models?: readonly string[];
};

export type StoredProviderKey = NewProviderKey;

export type KeyHash = {
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** Its first characters. */
  readonly hint: string;
};

export type StoredVirtualKey = KeyHash & {
  readonly id: string;
  readonly spec: VirtualKeySpec;
  /** In a list: the spec without the name, the same object for all keys of the list that are alike in it. */
  readonly alike?: Omit<VirtualKeySpec, "name">;
  readonly createdAtMs: number;
  readonly revokedAtMs?: number;
  /** The secret before the last rotation, and when it ends. */
  readonly previous?: PreviousSecret;
};

export type PreviousSecret = { readonly hash: string; readonly untilMs: number };

export type KeyPage = {
  /** Only keys whose id is greater. */
  readonly after?: string;
  readonly limit?: number;
  readonly includeRevoked: boolean;
  readonly team?: string;
  readonly customer?: CustomerFilter;
  /** Only keys with this tag; without a value, with any value of it. */
  readonly tag?: { readonly name: string; readonly value?: string };
  /** Stands in the name, whatever its case (ASCII), or begins the id or the hint. */
  readonly search?: string;
};

/** Keys that name the customer themselves, or none and one of its teams. */
export type CustomerFilter = { readonly name: string; readonly teams: readonly string[] };

/** A slot of the ledger, and when its owner was first given one. */
export type StoredSlot = { readonly ref: SlotRef; readonly createdAtMs: number };

export type ScopeConfigs = {
  readonly team: TeamConfig;
  readonly customer: CustomerConfig;
  readonly limit: GatewayLimitConfig;
};
export type ScopeKind = keyof ScopeConfigs;

/** A budget's amount until a time, in its unit. */
export type StoredOverride = {
  readonly amount: number;
  readonly untilMs: number;
  readonly reason?: string;
  readonly createdAtMs: number;
};

export type StoredTopUp = {
  /** Ours, time-ordered. */
  readonly id: string;
  readonly amount: number;
  readonly note?: string;
  readonly createdAtMs: number;
};

/** A budget reached a share of its limit. */
export type BudgetEvent = {
  /** Ours, time-ordered. */
  readonly id: string;
  readonly atMs: number;
  readonly limitId: string;
  readonly scope: LimitScope;
  readonly unit: "nanodollars" | "tokens";
  readonly period: number;
  readonly periodStartMs: number;
  /** Absent for a prepaid budget. */
  readonly periodEndMs?: number;
  readonly threshold: number;
  readonly spent: number;
  readonly allowance: number;
};

export type BudgetEventQuery = {
  /** Only events before this id. */
  readonly before?: string;
  readonly limit: number;
  readonly limitId?: string;
  readonly scopeKind?: string;
  readonly scopeName?: string;
};
