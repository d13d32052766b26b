import type { ConfiguredVirtualKey } from "#config/configured";
import { type KeyProfile, keyOf, type LimitForm, profileFrom } from "#core/key-profile";
import { limitOwner } from "#core/limit-id";
import type { VirtualKey } from "#core/snapshot";
import { ShardedMap } from "#lib/sharded-map";
import type { AllowanceRepository } from "#store/config/repositories";
import type { StoredSlot } from "#store/config/stored-limit";
import { type Allowances, needOf, readAllowances } from "./allowances";
import { compileKeyProfile } from "./compile";
import { anchoredForm } from "./compile-limits";
import { hashEntries } from "./key-hashes";
import { counterNeed, type LimitSlots, type SlotNeed } from "./limit-slots";

/** Compiles virtual keys, those that are configured alike from one profile: there may be a hundred thousand. */
export type KeyCompiler = {
  /** By the hashes of their secrets. */
  readonly compile: (keys: readonly ConfiguredVirtualKey[]) => Promise<ShardedMap<VirtualKey>>;
  /** What a compiled key was made from; keys that were compiled alike together have the same. */
  readonly profileOf: (key: VirtualKey) => KeyProfile;
};

export function createKeyCompiler(stored: AllowanceRepository, slots: LimitSlots, nowMs: () => number): KeyCompiler {
  const profiles = new WeakMap<VirtualKey, KeyProfile>();
  const build = ({ id, spec: { name } }: ConfiguredVirtualKey, planned: KeyProfile, own: readonly StoredSlot[]) => {
    const [counter, others] = [own[0], own.slice(1)];
    if (counter === undefined) throw new Error(`Cannot compile virtual key ${id}: it was given no slot`);
    const profile = anchoredProfile(planned, others);
    const key = keyOf(profile, { id, name, slot: counter.ref, limitSlots: others.map(({ ref }) => ref) });
    profiles.set(key, profile);
    return key;
  };
  return {
    compile: async (keys) => {
      const planned = planProfiles(keys);
      const given = await slots.ensure(needsOf(planned, await readAllowances(stored, nowMs())));
      const compiled = new Map<string, VirtualKey>();
      let next = 0;
      for (const { key, profile } of planned) {
        const end = next + 1 + profile.limits.length;
        const built = build(key, profile, given.slice(next, end));
        for (const [hash, entry] of hashEntries(key, built)) compiled.set(hash, entry);
        next = end;
      }
      return ShardedMap.of(compiled);
    },
    profileOf: (key) => profiles.get(key) ?? profileFrom(key),
  };
}

type PlannedKey = { readonly key: ConfiguredVirtualKey; readonly profile: KeyProfile };

/** In the order of the keys, with one profile for those that are alike. */
function planProfiles(keys: readonly ConfiguredVirtualKey[]): readonly PlannedKey[] {
  const profiles = new Map<object, KeyProfile>();
  return keys.map((key) => {
    const { alike = key.spec } = key;
    const profile = profiles.get(alike) ?? compileKeyProfile(alike);
    profiles.set(alike, profile);
    return { key, profile };
  });
}

/** For each key its counter's slot, then those of its limits. */
function needsOf(planned: readonly PlannedKey[], allowances: Allowances): readonly SlotNeed[] {
  const needs: SlotNeed[] = [];
  for (const { key, profile } of planned) {
    needs.push(counterNeed(key.id));
    const owner = limitOwner("key", key.id);
    for (const { suffix, terms } of profile.limits) needs.push(needOf(owner + suffix, terms, allowances));
  }
  return needs;
}

/** The same object where no period of it counts from the creation of its limit. */
function anchoredProfile(profile: KeyProfile, slots: readonly StoredSlot[]): KeyProfile {
  const anchored = (form: LimitForm, index: number) => anchoredForm(form, slots[index]?.createdAtMs ?? 0);
  if (profile.limits.every((form, index) => anchored(form, index) === form)) return profile;
  return { ...profile, limits: profile.limits.map(anchored) };
}
