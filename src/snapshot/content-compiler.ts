import { KeyTable } from "#core/key-table";
import type { Limit } from "#core/limit";
import type { SnapshotContent, VirtualKey } from "#core/snapshot";
import type { ProviderDefinition } from "#providers/provider";
import type { ConfigStore } from "#store/config/config-store";
import { needOf, readAllowances } from "./allowances";
import { compileContent, compileSection, sharedLimits } from "./compile-content";
import { createKeyCompiler } from "./key-compiler";
import type { LentTokens } from "./lent-tokens";
import { createLimitCompiler } from "./limit-compiler";
import { refuseTooManyLimits } from "./limit-count";
import type { LimitSlots } from "./limit-slots";
import { type CompileTools, type SectionName, sectionRows } from "./sections";
import { configuredKey, type Sources } from "./sources";

/**
 * Makes a snapshot's content of what is configured, and sees that every limit in it has a slot. `sequence` is that of the
 * snapshot to be. Throws a `ControlError` where more limits could apply to a request than the ledger holds it against.
 */
export type ContentCompiler = {
  readonly all: (sequence: number) => Promise<SnapshotContent>;
  /** The content before with the part compiled anew that changed. */
  readonly after: (changed: ChangedPart, before: SnapshotContent, sequence: number) => Promise<SnapshotContent>;
};

export type ChangedPart =
  /** Any of its entries. */
  | SectionName
  /** Entries of any section. */
  | "everything"
  | { readonly virtualKey: string }
  /** What this budget may spend: its override or its top-ups. */
  | { readonly allowance: Limit }
  /** Tokens that stand for virtual keys. */
  | "lentTokens";

export type CompilerParts = {
  readonly store: Pick<ConfigStore, "virtualKeys" | "allowances">;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly tokens: CompileTools["tokens"];
  readonly slots: LimitSlots;
  readonly lentTokens: Pick<LentTokens, "entriesFor">;
  readonly nowMs: () => number;
};

export function createContentCompiler(sources: () => Sources, parts: CompilerParts): ContentCompiler {
  const { store, definitions, slots, lentTokens, nowMs, tokens } = parts;
  const keys = createKeyCompiler(store.allowances, slots, nowMs);
  const tools = { definitions, tokens, keys, limits: createLimitCompiler(store.allowances, slots, nowMs) };

  const withLent = (content: SnapshotContent): SnapshotContent => {
    const { live, ended } = lentTokens.entriesFor(content.virtualKeys);
    if (live.size + ended.length === 0) return content;
    const next = { ...content, virtualKeys: tableOf(content).with(live, ended) };
    refuseTooManyLimits(next, live);
    return next;
  };
  const withSection = async (name: SectionName, before: SnapshotContent, sequence: number) => {
    const compiled = { ...before, [name]: await compileSection(sectionRows, name, sources(), tools) };
    const next = name === "virtualKeys" ? withLent(compiled) : compiled;
    refuseTooManyLimits(next);
    await slots.release(idsGone(sharedLimits(sectionRows, before), sharedLimits(sectionRows, next)), sequence);
    return next;
  };
  const withKey = async (id: string, before: SnapshotContent, sequence: number) => {
    const stored = await store.virtualKeys.find({ id });
    if (stored === undefined) return before;
    // Rotations may have ended secrets of it that are not stored any more.
    const old = tableOf(before).ofKey(id);
    const gone = old.values().next().value?.limits ?? [];
    const without = tableOf(before).with(noKeys, [...old.keys()]);
    if (stored.revokedAtMs !== undefined) {
      await slots.release([id, ...gone.map((limit) => limit.id)], sequence);
      return { ...before, virtualKeys: without };
    }
    const compiled = await keys.compile((take) => take([configuredKey(stored)]));
    const next = { ...before, virtualKeys: without.with(compiled, []).tidied() };
    refuseTooManyLimits(next, compiled);
    const [entry] = compiled.values();
    await slots.release(idsGone(gone, entry?.limits ?? []), sequence);
    return withLent(next);
  };
  const all = async (sequence: number) => {
    slots.beginCount();
    const content = await compileContent(sectionRows, sources(), tools);
    refuseTooManyLimits(content);
    await slots.releaseUncounted(sequence);
    return withLent(content);
  };
  return {
    all,
    after: async (changed, before, sequence) => {
      if (changed === "lentTokens") return withLent(before);
      if (changed === "everything") return all(sequence);
      if (typeof changed === "string") return withSection(changed, before, sequence);
      if ("virtualKey" in changed) return withKey(changed.virtualKey, before, sequence);
      const { allowance } = changed;
      await slots.ensure([needOf(allowance.id, allowance, await readAllowances(store.allowances, nowMs()))]);
      return before;
    },
  };
}

function tableOf({ virtualKeys }: SnapshotContent): KeyTable {
  return KeyTable.of(virtualKeys);
}

const noKeys: ReadonlyMap<string, VirtualKey> = new Map();

function idsGone(before: readonly Limit[], next: readonly Limit[]): readonly string[] {
  const kept = new Set(next.map(({ id }) => id));
  return before.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
}
