import type { Audited, AuditTrail } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import { contentChanges, type WireContent, writeContent } from "#channel/content";
import type { SnapshotMessage } from "#channel/messages";
import { snapshotSections } from "#channel/sections";
import type { ConnectedWorker } from "#channel/worker-link";
import type { SnapshotContent } from "#core/snapshot";
import type { ConfigStore } from "#store/config/config-store";
import type { LimitSlots } from "./limit-slots";
import { endedKeys, servedKeys } from "./served-keys";

/** The snapshot that holds, and how the next one takes its place. */
export type PublishedSnapshot = {
  /** Throws before the first commit. */
  readonly content: () => SnapshotContent;
  /** Of the snapshot that the next change makes. */
  readonly nextSequence: () => number;
  /** Of the snapshot that holds. */
  readonly sequence: () => number;
  readonly full: () => SnapshotMessage;
  /** Hashes of the virtual keys that requests may come with now. */
  readonly servedKeys: () => readonly string[];
  /**
   * Takes what `work` compiled: one transaction with what `work` writes and its audit event, then the ledger hears of new
   * slots, then the workers of the change. Gives the workers that do not have it.
   */
  readonly commit: <T>(
    origin: Origin,
    work: () => Promise<Compiled<T>>,
  ) => Promise<{ readonly result: T; readonly behind: readonly ConnectedWorker[] }>;
};

export type Compiled<T> = Audited<T> & { readonly next: SnapshotContent };

export type PublishParts = {
  readonly store: Pick<ConfigStore, "settings">;
  readonly audit: AuditTrail;
  readonly slots: LimitSlots;
  readonly nowMs: () => number;
  /** Hands a change to the workers; gives those that do not have it. `endedKeys` are virtual keys that it ends. */
  readonly publish: (delta: SnapshotMessage, endedKeys: () => readonly string[]) => Promise<readonly ConnectedWorker[]>;
};

export async function createPublishedSnapshot(parts: PublishParts): Promise<PublishedSnapshot> {
  const { store, audit, slots, nowMs, publish } = parts;
  const sections = snapshotSections();
  let content: SnapshotContent | undefined;
  let sequence = (await store.settings.fact("snapshot_sequence")) ?? 0;

  const current = (): SnapshotContent => {
    if (content === undefined) throw new Error("Cannot use the configuration: it was not loaded");
    return content;
  };
  /** Workers get the first snapshot whole. */
  const changesTo = (next: SnapshotContent): readonly WireContent[] =>
    content === undefined ? [{}] : contentChanges(sections, content, next);
  return {
    content: current,
    nextSequence: () => sequence + 1,
    sequence: () => sequence,
    full: () => ({ type: "full", sequence, parts: writeContent(sections, current()) }),
    servedKeys: () => servedKeys(current(), nowMs()),
    commit: async (origin, work) => {
      const { result, next, changes } = await audit
        .commit(origin, async () => {
          const compiled = await work();
          const made = changesTo(compiled.next);
          if (made.length > 0) await store.settings.setFact("snapshot_sequence", sequence + 1);
          return { ...compiled, result: { result: compiled.result, next: compiled.next, changes: made } };
        })
        .catch(async (error: unknown) => {
          await slots.restore();
          throw error;
        });
      slots.apply();
      const before = content ?? next;
      content = next;
      if (changes.length === 0) return { result, behind: [] };
      sequence += 1;
      const delta = { type: "delta", sequence, parts: changes } as const;
      return { result, behind: await publish(delta, () => endedKeys(before, next, nowMs())) };
    },
  };
}
