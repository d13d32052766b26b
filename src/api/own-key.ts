import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { VirtualKey } from "#core/snapshot";
import type { Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";

/** A virtual key as a secret of it finds it. */
export type OwnKey = {
  readonly key: VirtualKey;
  readonly spec: VirtualKeySpec;
  /** Whether the secret is the key's, and not one that it had before or lent. */
  readonly isCurrent: boolean;
};

/** Where keys are found: those of the file, and the stored ones. */
export type KeySources = {
  readonly store: Pick<ConfigStore, "virtualKeys">;
  readonly configuration: Pick<Configuration, "content" | "fileVirtualKeys">;
};

/** The key that a hash of a secret leads to now; undefined where no request would be taken for it. */
export async function findOwnKey(secretHash: string, services: KeySources): Promise<OwnKey | undefined> {
  const { configuration, store } = services;
  const key = configuration.content().virtualKeys.get(secretHash);
  if (key === undefined) return undefined;
  const declared = configuration.fileVirtualKeys().find(({ id }) => id === key.id);
  const found = declared ?? (await store.virtualKeys.find({ id: key.id }));
  return { key, spec: found?.spec ?? { name: key.name }, isCurrent: found?.hash === secretHash };
}

/** Whether the key's holder may sign in with it: a spent budget does not prevent that. */
export function mayBeSignedIn({ key, isCurrent }: OwnKey, nowMs: number): boolean {
  return isCurrent && key.active && (key.expiresAtMs ?? Number.POSITIVE_INFINITY) > nowMs;
}
