import type { ProviderConfig } from "#config/provider-schema";
import type { RouteConfig } from "#config/schema";
import type { SettingsConfig } from "#config/settings-schema";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { AuditEvent, AuditQuery, ChainedEvent } from "./audit-event";
import type { Fact, FactName } from "./facts";
import type { KeptAnswer } from "./kept-answer";
import type { RecordNote, SavedView } from "./log-note";
import type { BudgetEvent, BudgetEventQuery, StoredOverride, StoredSlot, StoredTopUp } from "./stored-limit";
import type { NewProviderKey, StoredProvider } from "./stored-provider";
import type { ScopeConfigs, ScopeKind } from "./stored-scope";
import type { StoredSession } from "./stored-session";
import type { KeyHash, KeyLookup, KeyPage, StoredVirtualKey } from "./stored-virtual-key";

/** What a back end of the configuration implements: a repository for each kind of thing that is configured. */
export type Repositories = {
  readonly providers: ProviderRepository;
  readonly routes: RouteRepository;
  readonly virtualKeys: VirtualKeyRepository;
  readonly fileKeys: FileKeyRepository;
  readonly scopes: ScopeRepository;
  readonly slots: SlotRepository;
  readonly allowances: AllowanceRepository;
  readonly budgetEvents: BudgetEventRepository;
  readonly settings: SettingsRepository;
  readonly logNotes: LogNoteRepository;
  readonly audit: AuditRepository;
  readonly keptAnswers: KeptAnswerRepository;
  readonly sessions: SessionRepository;
};

/** Providers and their keys. Both are encrypted at rest. */
export type ProviderRepository = {
  /** In the order they were added. */
  readonly list: () => Promise<readonly StoredProvider[]>;
  /** Adds a provider, or replaces its configuration and keeps its keys and place. */
  readonly put: (id: string, config: ProviderConfig) => Promise<void>;
  /** Deletes it with its keys; false when there is none. */
  readonly delete: (id: string) => Promise<boolean>;
  /** Adds or replaces a key. Fails when the provider is missing, or another of its keys has the name. */
  readonly putKey: (provider: string, key: NewProviderKey) => Promise<void>;
  readonly deleteKey: (provider: string, id: string) => Promise<boolean>;
};

export type RouteRepository = {
  /** In the order they were added. */
  readonly list: () => Promise<readonly RouteConfig[]>;
  readonly put: (route: RouteConfig) => Promise<void>;
  readonly delete: (alias: string) => Promise<boolean>;
};

/** Virtual keys. Their secrets are kept as hashes. */
export type VirtualKeyRepository = {
  /** Ordered by id, which is the order of creation. */
  readonly list: (page: KeyPage) => Promise<readonly StoredVirtualKey[]>;
  readonly find: (by: KeyLookup) => Promise<StoredVirtualKey | undefined>;
  /** Fails when the id, the hash, or the name of a key that is not revoked is taken. */
  readonly add: (key: StoredVirtualKey) => Promise<void>;
  readonly change: (id: string, spec: VirtualKeySpec) => Promise<void>;
  /** Gives a key another secret; the one it had works until `untilMs`, one from before that no more. */
  readonly rotate: (id: string, secret: KeyHash, untilMs: number) => Promise<void>;
  /** False when there is none, or it is revoked already. */
  readonly revoke: (id: string, nowMs: number) => Promise<boolean>;
};

/** Secrets that were generated for keys of the configuration file, by the key's name. */
export type FileKeyRepository = {
  readonly list: () => Promise<ReadonlyMap<string, KeyHash>>;
  readonly put: (name: string, key: KeyHash) => Promise<void>;
};

/** Teams, customers and limits of the gateway. */
export type ScopeRepository = {
  /** By name. */
  readonly list: <K extends ScopeKind>(kind: K) => Promise<readonly ScopeConfigs[K][]>;
  readonly find: <K extends ScopeKind>(kind: K, name: string) => Promise<ScopeConfigs[K] | undefined>;
  /** Adds or replaces one. */
  readonly put: <K extends ScopeKind>(kind: K, config: ScopeConfigs[K]) => Promise<void>;
  readonly delete: (kind: ScopeKind, name: string) => Promise<void>;
};

/** Which ledger slot a virtual key or a limit has, by its id. */
export type OwnedSlot = StoredSlot & { readonly owner: string };

export type SlotRepository = {
  /** Of owners that are there. */
  readonly list: () => Promise<readonly OwnedSlot[]>;
  /** Of those that are gone, the first that went first. */
  readonly released: () => Promise<readonly OwnedSlot[]>;
  /**
   * In the order of the owners, released ones too; undefined for those that have none. Hundreds of thousands at once are quick
   * if they come in order.
   */
  readonly find: (owners: readonly string[]) => Promise<readonly (StoredSlot | undefined)[]>;
  /** Of owners that are there. */
  readonly count: () => Promise<number>;
  /** Adds or replaces. */
  readonly put: (slots: ReadonlyMap<string, StoredSlot>) => Promise<void>;
  /** With the overrides and top-ups of these owners. */
  readonly delete: (owners: readonly string[]) => Promise<void>;
};

/** What changes the amount of a budget beside its configuration, by the budget's id. */
export type AllowanceRepository = {
  /** Those that have ended are among them until they are deleted. */
  readonly overrides: () => Promise<ReadonlyMap<string, StoredOverride>>;
  readonly putOverride: (limitId: string, override: StoredOverride) => Promise<void>;
  readonly deleteOverride: (limitId: string) => Promise<void>;
  /** Oldest first. */
  readonly topUps: (limitId: string) => Promise<readonly StoredTopUp[]>;
  readonly addTopUp: (limitId: string, topUp: StoredTopUp) => Promise<void>;
  /** The sum of a budget's top-ups. */
  readonly topUpSums: () => Promise<ReadonlyMap<string, number>>;
};

export type BudgetEventRepository = {
  /** Newest first. */
  readonly list: (query: BudgetEventQuery) => Promise<readonly BudgetEvent[]>;
  /** Adds those events whose budget, period and threshold are new, and returns them. */
  readonly add: (events: readonly BudgetEvent[]) => Promise<readonly BudgetEvent[]>;
  /** Deletes the events of periods that ended before this time. */
  readonly deleteEnded: (beforeMs: number) => Promise<void>;
};

/** Single values: the settings, encrypted at rest, and what the control plane notes for itself. */
export type SettingsRepository = {
  readonly read: () => Promise<SettingsConfig>;
  readonly write: (settings: SettingsConfig) => Promise<void>;
  readonly fact: <N extends FactName>(name: N) => Promise<Fact<N> | undefined>;
  readonly setFact: <N extends FactName>(name: N, value: Fact<N>) => Promise<void>;
};

/** What operators keep beside the records: views of their list, and notes on single ones. */
export type LogNoteRepository = {
  /** By name. */
  readonly views: () => Promise<readonly SavedView[]>;
  /** Fails when the name is taken. */
  readonly addView: (view: SavedView) => Promise<void>;
  readonly deleteView: (id: string) => Promise<boolean>;
  /** Those that there are of these records. */
  readonly notes: (ids: readonly string[]) => Promise<ReadonlyMap<string, RecordNote>>;
  /** Adds or replaces one. */
  readonly putNote: (note: RecordNote) => Promise<void>;
  readonly deleteNote: (id: string) => Promise<void>;
  /** Of all records with a lower id: they started before. */
  readonly deleteNotesBefore: (id: string) => Promise<void>;
  /** Ids of the bookmarked records, the newest first. */
  readonly bookmarks: (limit: number) => Promise<readonly string[]>;
};

/** The chain of audit events. */
export type AuditRepository = {
  readonly list: (query: AuditQuery) => Promise<readonly ChainedEvent[]>;
  /** The end of the chain, undefined for an empty one. */
  readonly head: () => Promise<ChainedEvent | undefined>;
  /** Adds an event to the end of the chain, and seals it as its head. */
  readonly append: (event: AuditEvent) => Promise<ChainedEvent>;
  /**
   * What the master key says of the chain's end: the head that was written last, or one that was no longer there when the next
   * was to follow it; before the first position 0. Throws where the seal itself was changed or taken away.
   */
  readonly sealed: () => Promise<AuditSeal>;
};

export type AuditSeal = { readonly position: number; readonly hash: string };

/** Answers to creates that carried an `Idempotency-Key`, encrypted at rest. */
export type KeptAnswerRepository = {
  /** The answer kept under this key, unless it is too old. */
  readonly find: (actor: string, key: string, nowMs: number) => Promise<KeptAnswer | undefined>;
  /** Keeps one and forgets those that are too old or too many. */
  readonly keep: (answer: KeptAnswer) => Promise<void>;
};

/** Who is signed in. Ended sessions are deleted. */
export type SessionRepository = {
  /** In the order they began; `owner`: only those of one, by `sessionOwner`. */
  readonly list: (owner?: string) => Promise<readonly StoredSession[]>;
  readonly find: (hash: string) => Promise<StoredSession | undefined>;
  readonly add: (session: StoredSession) => Promise<void>;
  /** Notes a use. */
  readonly seen: (id: string, atMs: number) => Promise<void>;
  /** False when there is none. */
  readonly delete: (id: string) => Promise<boolean>;
};
