import type { Limit, LimitScope, LimitTerms } from "#core/limit";
import { limitOwner } from "#core/limit-id";
import type { SlotRef } from "#core/slot-ref";
import type { VirtualKey } from "#core/snapshot";

/** Everything about a virtual key that others may have just so. Keys configured alike share one. */
export type KeyProfile = Omit<VirtualKey, "id" | "name" | "slot" | "limits"> & {
  readonly limits: readonly LimitForm[];
};

/** A limit of any virtual key; `suffix` ends its id, after the key's part. */
export type LimitForm = { readonly suffix: string; readonly terms: LimitTerms };

/** What tells a virtual key from those like it. */
export type KeyIdentity = {
  readonly id: string;
  readonly name: string;
  readonly slot: SlotRef;
  /** Of its limits, in the order of the profile's. */
  readonly limitSlots: readonly SlotRef[];
};

/**
 * Virtual keys of one profile, as they travel: one list for each thing in which they differ. A hundred thousand keys with
 * two limits each are 16 MB so and 79 MB written out; a worker keeps them in 80 MB of heap.
 */
export type KeyGroup = {
  readonly profile: KeyProfile;
  readonly hashes: readonly string[];
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** For each key: index and tag of its slot, then those of each of its limits. */
  readonly slots: readonly number[];
};

export function keyOf(profile: KeyProfile, { id, name, slot, limitSlots }: KeyIdentity): VirtualKey {
  return { ...profile, id, name, slot, limits: limitsOf(profile.limits, id, name, limitSlots) };
}

/** @param profileOf Gives keys that are alike the same object; keys of another object travel apart. */
export function groupKeys(
  keys: Iterable<readonly [hash: string, key: VirtualKey]>,
  profileOf: (key: VirtualKey) => KeyProfile = profileFrom,
): readonly KeyGroup[] {
  const groups = new Map<KeyProfile, GrowingGroup>();
  for (const [hash, key] of keys) {
    const profile = profileOf(key);
    const group = groups.get(profile) ?? { profile, hashes: [], ids: [], names: [], slots: [] };
    if (group.hashes.length === 0) groups.set(profile, group);
    group.hashes.push(hash);
    group.ids.push(key.id);
    group.names.push(key.name);
    group.slots.push(key.slot.index, key.slot.tag);
    for (const { slot } of key.limits) group.slots.push(slot.index, slot.tag);
  }
  return [...groups.values()];
}

export function eachKey(groups: readonly KeyGroup[], take: (hash: string, key: VirtualKey) => void): void {
  for (const { profile, hashes, ids, names, slots } of groups) {
    let next = 0;
    const nextSlot = (): SlotRef => ({ index: slots[next++] ?? 0, tag: slots[next++] ?? 0 });
    for (let index = 0; index < hashes.length; index++) {
      const [hash = "", id = "", name = ""] = [hashes[index], ids[index], names[index]];
      const slot = nextSlot();
      take(hash, keyOf(profile, { id, name, slot, limitSlots: profile.limits.map(nextSlot) }));
    }
  }
}

/** Of a key whose profile nobody remembers. */
export function profileFrom({ id, name, slot: _, limits, ...alike }: VirtualKey): KeyProfile {
  const { length } = limitOwner("key", id);
  return {
    ...alike,
    limits: limits.map(({ id: limitId, scope: _scope, slot: _slot, ...terms }) => ({
      suffix: limitId.slice(length),
      terms,
    })),
  };
}

type GrowingGroup = {
  readonly profile: KeyProfile;
  readonly hashes: string[];
  readonly ids: string[];
  readonly names: string[];
  readonly slots: number[];
};

const none: readonly Limit[] = [];

function limitsOf(forms: readonly LimitForm[], id: string, name: string, slots: readonly SlotRef[]): readonly Limit[] {
  if (forms.length === 0) return none;
  const owner = limitOwner("key", id);
  const scope: LimitScope = { kind: "key", name };
  const limits: Limit[] = [];
  for (const [index, { suffix, terms }] of forms.entries()) {
    const slot = slots[index];
    if (slot !== undefined) limits.push({ ...terms, id: owner + suffix, scope, slot });
  }
  return limits;
}
