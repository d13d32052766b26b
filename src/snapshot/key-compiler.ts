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

/** Hands out virtual keys some at a time: there may be a hundred thousand. */
export type KeyPages = (take: (keys: readonly ConfiguredVirtualKey[]) => Promise<void>) => Promise<void>;

/** Compiles virtual keys, those that are configured alike from one profile. */
export type KeyCompiler = {
  /** By the hashes of their secrets. */
  readonly compile: (pages: KeyPages) => Promise<KeyTable>;
};

export function createKeyCompiler(stored: AllowanceRepository, slots: LimitSlots, nowMs: () => number): KeyCompiler {
  return {
    compile: async (pages) => {
      const allowances = await readAllowances(stored, nowMs());
      const plan = createPlanning();
      const builder = createKeyTableBuilder();
      const add = createAdding(builder);
      await pages(async (keys) => {
        const planned = keys.map(plan);
        eachWithSlots(planned, await slots.ensure(needsOf(planned, allowances)), add.key);
      });
      add.previous();
      return builder.table();
    },
  };
}

function eachWithSlots(planned: readonly PlannedKey[], given: readonly StoredSlot[], take: TakeKey): void {
  let next = 0;
  for (const { key, profile, isAnchored } of planned) {
    const counter = given[next];
    const others = given.slice(next + 1, next + 1 + profile.limits.length);
    next += 1 + others.length;
    if (counter === undefined) throw new Error(`Cannot compile virtual key ${key.id}: it was given no slot`);
    take(key, isAnchored ? anchoredProfile(profile, others) : profile, {
      id: key.id,
      name: key.spec.name,
      slot: counter.ref,
      limitSlots: others.map(({ ref }) => ref),
    });
  }
}

type TakeKey = (key: ConfiguredVirtualKey, profile: KeyProfile, identity: KeyIdentity) => void;

/**
 * A key's entries: under its secret, and under the one before the last rotation. That is the same key, with the same slot
 * and limits, but it expires when the grace ends, and a key that has that secret by now goes before. Secrets of
 * stored keys differ; the file may declare one of them.
 */
function createAdding({ add, replace, addMissing }: KeyTableBuilder) {
  const older: (() => void)[] = [];
  const key: TakeKey = ({ hash, source, previous }, profile, identity) => {
    if (source === "store") add(hash, profile, identity);
    else replace(hash, profile, identity);
    if (previous === undefined) return;
    const expiresAtMs = Math.min(previous.untilMs, profile.expiresAtMs ?? Number.POSITIVE_INFINITY);
    older.push(() => addMissing(previous.hash, { ...profile, expiresAtMs }, identity));
  };
  return {
    key,
    /** To be called when all keys are there. */
    previous: () => {
      for (const addOlder of older) addOlder();
    },
  };
}

type PlannedKey = PlannedProfile & { readonly key: ConfiguredVirtualKey };
type PlannedProfile = {
  readonly profile: KeyProfile;
  /** Whether a period of it counts from the creation of its limit. */
  readonly isAnchored: boolean;
};

/** Gives keys that are alike one profile. */
function createPlanning(): (key: ConfiguredVirtualKey) => PlannedKey {
  const profiles = new Map<object, PlannedProfile>();
  return (key) => {
    const { alike = key.spec } = key;
    let known = profiles.get(alike);
    if (known === undefined) {
      const profile = compileKeyProfile(alike);
      known = { profile, isAnchored: profile.limits.some((form) => anchoredForm(form, 1) !== form) };
      profiles.set(alike, known);
    }
    return { key, profile: known.profile, isAnchored: known.isAnchored };
  };
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

function anchoredProfile(profile: KeyProfile, slots: readonly StoredSlot[]): KeyProfile {
  const anchored = (form: LimitForm, index: number) => anchoredForm(form, slots[index]?.createdAtMs ?? 0);
  return { ...profile, limits: profile.limits.map(anchored) };
}
