import type { Limit, LimitScope, LimitTerms } from "./limit";
import { limitOwner } from "./limit-id";
import type { SlotRef } from "./slot-ref";
import type { VirtualKey } from "./snapshot";

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

export function keyOf(profile: KeyProfile, { id, name, slot, limitSlots }: KeyIdentity): VirtualKey {
  return { ...profile, id, name, slot, limits: limitsOf(profile.limits, id, name, limitSlots) };
}

/** The profile of a key that was not compiled here. */
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
