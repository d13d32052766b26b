import type { ConfiguredVirtualKey } from "#config/configured";
import type { KeyIdentity, KeyProfile, LimitForm } from "#core/key-profile";
import type { KeyTable } from "#core/key-table";
import { createKeyTableBuilder, type KeyTableBuilder } from "#core/key-table-builder";
import { limitOwner } from "#core/limit-id";
import type { AllowanceRepository } from "#store/config/repositories";
import type { StoredSlot } from "#store/config/stored-limit";
import { type Allowances, needOf, readAllowances } from "./allowances";
import { compileKeyProfile } from "./compile";
import { anchoredForm } from "./compile-limits";
import { counterNeed, type LimitSlots, type SlotNeed } from "./limit-slots";

/** Compiles virtual keys, those that are configured alike from one profile: there may be a hundred thousand. */
export type KeyCompiler = {
  /** By the hashes of their secrets. */
  readonly compile: (keys: readonly ConfiguredVirtualKey[]) => Promise<KeyTable>;
};

export function createKeyCompiler(stored: AllowanceRepository, slots: LimitSlots, nowMs: () => number): KeyCompiler {
  return {
    compile: async (keys) => {
      const planned = planProfiles(keys);
      const given = await slots.ensure(needsOf(planned, await readAllowances(stored, nowMs())));
      const builder = createKeyTableBuilder();
      let next = 0;
      for (const { key, profile } of planned) {
        const counter = given[next];
        const others = given.slice(next + 1, next + 1 + profile.limits.length);
        next += 1 + others.length;
        if (counter === undefined) throw new Error(`Cannot compile virtual key ${key.id}: it was given no slot`);
        addKey(builder, key, anchoredProfile(profile, others), {
          id: key.id,
          name: key.spec.name,
          slot: counter.ref,
          limitSlots: others.map(({ ref }) => ref),
        });
      }
      return builder.table();
    },
  };
}

/**
 * A key's entries: under its secret, and under the one before the last rotation. That is the same key, with the same slot
 * and limits, but it expires when the grace ends.
 */
function addKey(
  { add }: KeyTableBuilder,
  { hash, previous }: ConfiguredVirtualKey,
  profile: KeyProfile,
  identity: KeyIdentity,
): void {
  add(hash, profile, identity);
  if (previous === undefined) return;
  const expiresAtMs = Math.min(previous.untilMs, profile.expiresAtMs ?? Number.POSITIVE_INFINITY);
  add(previous.hash, { ...profile, expiresAtMs }, identity);
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
