import type { ProviderConfig } from "#config/provider-schema";
import type { RouteConfig } from "#config/schema";
import type { SettingsConfig } from "#config/settings-schema";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { SlotRef } from "#core/snapshot";

/**
 * What operators configured through the API and the command line. Secrets of providers are encrypted at rest, those of
 * virtual keys are kept as hashes. Every call is one transaction and is durable when it resolves.
 */
export type ConfigStore = {
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
  /** Fails when the id or the hash is taken. */
  readonly addVirtualKey: (key: StoredVirtualKey) => Promise<void>;
  readonly changeVirtualKey: (id: string, spec: VirtualKeySpec) => Promise<void>;
  /** False when there is none, or it is revoked already. */
  readonly revokeVirtualKey: (id: string, nowMs: number) => Promise<boolean>;

  /** Secrets that were generated for keys of the configuration file, by the key's name. */
  readonly fileKeys: () => Promise<ReadonlyMap<string, KeyHash>>;
  readonly putFileKey: (name: string, key: KeyHash) => Promise<void>;

  /** Which ledger slot a virtual key has, by the key's id. */
  readonly slots: () => Promise<ReadonlyMap<string, SlotRef>>;
  readonly putSlots: (slots: ReadonlyMap<string, SlotRef>) => Promise<void>;
  readonly deleteSlots: (keyIds: readonly string[]) => Promise<void>;

  readonly settings: () => Promise<SettingsConfig>;
  readonly putSettings: (settings: SettingsConfig) => Promise<void>;

  readonly fact: (name: FactName) => Promise<string | undefined>;
  readonly setFact: (name: FactName, value: string) => Promise<void>;
  readonly close: () => void;
};

/** Single values; all but the hash are JSON. */
export type FactName =
  | "admin_token_hash"
  /** Environment variables whose provider was switched on once: what the operator deleted since stays deleted. */
  | "environment_seen"
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
  readonly createdAtMs: number;
  readonly revokedAtMs?: number;
};

export type KeyPage = {
  /** Only keys whose id is greater. */
  readonly after?: string;
  readonly limit?: number;
  readonly includeRevoked: boolean;
};
