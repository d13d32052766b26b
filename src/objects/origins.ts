import { createHash } from "node:crypto";
import type { Provider, ProviderKey, Snapshot } from "#core/snapshot";
import { originBytes } from "./object-ids";

/** Where an object lives: only there can it be asked for again. */
export type Origin = { readonly provider: Provider; readonly key: ProviderKey };

/** Of what is kept here. */
export const here: Uint8Array = new Uint8Array(originBytes);

/** Eight bytes that stand for a provider and a key of it, for as long as both keep their ids. */
export function originTag(provider: Pick<Provider, "id">, key: Pick<ProviderKey, "id">): Uint8Array {
  return createHash("sha256").update(`${provider.id}\0${key.id}`).digest().subarray(0, originBytes);
}

export function isHere(origin: Uint8Array): boolean {
  return origin.every((byte) => byte === 0);
}

/** Finds the origin that a tag stands for among what is configured now; undefined where it is no more. */
export function createOriginFinder(
  keysOf: (provider: Provider) => readonly ProviderKey[],
): (snapshot: Pick<Snapshot, "providers">, tag: Uint8Array) => Origin | undefined {
  const known = new WeakMap<Snapshot["providers"], ReadonlyMap<string, Origin>>();
  return ({ providers }, tag) => {
    const origins = known.get(providers) ?? originsIn(providers, keysOf);
    known.set(providers, origins);
    return origins.get(nameOf(tag));
  };
}

function originsIn(
  providers: Snapshot["providers"],
  keysOf: (provider: Provider) => readonly ProviderKey[],
): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const provider of providers.values())
    for (const key of keysOf(provider)) origins.set(nameOf(originTag(provider, key)), { provider, key });
  return origins;
}

function nameOf(tag: Uint8Array): string {
  return Buffer.from(tag).toString("hex");
}
