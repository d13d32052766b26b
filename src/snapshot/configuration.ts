import type { Audited, AuditNote, AuditTrail, KeptBody } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import { contentChanges, writeContent } from "#channel/content";
import type { SnapshotMessage } from "#channel/messages";
import { snapshotSections } from "#channel/sections";
import type { ConnectedWorker } from "#channel/worker-link";
import { type FileEntries, noEntries } from "#config/file-entries";
import type { SnapshotContent } from "#core/snapshot";
import { createQueue } from "#lib/queue";
import { type ConfiguredEntries, createConfiguredEntries, type EntriesParts } from "./configured-entries";
import { type ChangedPart, type CompilerParts, createContentCompiler } from "./content-compiler";
import { fileFingerprint, fileLoadNote } from "./file-load";
import { refuseOutdated } from "./outdated-workers";
import { endedKeys, servedKeys } from "./served-keys";

/** What holds right now: the file's entries over the stored ones, compiled and on the workers. */
export type Configuration = Pick<ConfiguredEntries, "entries" | "fileVirtualKeys"> & {
  /** Takes the file's entries and everything stored; the first call makes the first snapshot. Audited when the file changed. */
  readonly load: (entries: FileEntries) => Promise<void>;
  /**
   * Runs `work`, one at a time, compiles what it changed, and waits until every worker has it (at most a second). What
   * `work` writes, what compiling writes and the audit event are one transaction: nothing changes when any of it throws.
   * Throws a `ControlError` afterwards where workers cannot read the change.
   */
  readonly change: <T>(origin: Origin, work: () => Promise<Changed<T>>) => Promise<T>;
  /** A change whose answer is kept with it, for a client that repeats the request with the same `Idempotency-Key`. */
  readonly create: <T>(origin: Origin, work: () => Promise<Changed<T>>, keep: (result: T) => KeptBody) => Promise<T>;
  readonly full: () => SnapshotMessage;
  readonly content: () => SnapshotContent;
  /** Hashes of the virtual keys that requests may come with now. */
  readonly servedKeys: () => readonly string[];
};

export type Changed<T> = { readonly result: T; readonly changed: ChangedPart; readonly event: AuditNote };

export type ConfigurationParts = EntriesParts &
  CompilerParts & {
    /** Hands a change to the workers; gives those that do not have it. `endedKeys` are virtual keys that it ends. */
    readonly publish: (
      delta: SnapshotMessage,
      endedKeys: () => readonly string[],
    ) => Promise<readonly ConnectedWorker[]>;
    readonly audit: AuditTrail;
  };

export async function createConfiguration(parts: ConfigurationParts): Promise<Configuration> {
  const { store, publish, audit, slots, nowMs } = parts;
  const configured = createConfiguredEntries(parts);
  const compiler = createContentCompiler(configured.sources, parts);
  const sections = snapshotSections({ profileOf: compiler.profileOf });
  const exclusively = createQueue();
  let content: SnapshotContent | undefined;
  let loaded = noEntries;
  let sequence = (await store.settings.fact("snapshot_sequence")) ?? 0;

  const current = (): SnapshotContent => {
    if (content === undefined) throw new Error("Cannot use the configuration: it was not loaded");
    return content;
  };
  /** Workers get the first snapshot whole. */
  const deltaTo = (next: SnapshotContent): SnapshotMessage | undefined => {
    const changes = content === undefined ? {} : contentChanges(sections, content, next);
    return changes && { type: "delta", sequence: sequence + 1, sections: changes };
  };
  /** What reaches beyond the store, here the workers, follows the commit. Gives the workers that do not have it. */
  const commit = async <T>(origin: Origin, work: () => Promise<Compiled<T>>) => {
    const { result, next, delta } = await audit
      .commit(origin, async () => {
        const compiled = await work();
        const made = deltaTo(compiled.next);
        if (made !== undefined) await store.settings.setFact("snapshot_sequence", made.sequence);
        return { ...compiled, result: { result: compiled.result, next: compiled.next, delta: made } };
      })
      .catch(async (error: unknown) => {
        await slots.restore();
        throw error;
      });
    slots.apply();
    const before = content ?? next;
    content = next;
    if (delta === undefined) return { result, behind: [] };
    sequence = delta.sequence;
    return { result, behind: await publish(delta, () => endedKeys(before, next, nowMs())) };
  };
  const change = <T>(origin: Origin, work: () => Promise<Omit<Compiled<T>, "next"> & { changed: ChangedPart }>) =>
    exclusively(async () => {
      const { result, behind } = await commit(origin, async () => {
        const done = await work();
        return { ...done, next: await compiler.after(done.changed, current(), sequence + 1) };
      });
      refuseOutdated(behind);
      return result;
    });
  const load = async (entries: FileEntries) => {
    const { behind } = await commit({ actor: "config_file" }, async () => {
      const fingerprint = fileFingerprint(entries);
      const isNew = fingerprint !== ((await store.settings.fact("config_file_hash")) ?? fileFingerprint(noEntries));
      if (isNew) await store.settings.setFact("config_file_hash", fingerprint);
      await configured.load(entries);
      const next = await compiler.all(sequence + 1);
      return { result: undefined, event: isNew ? fileLoadNote(loaded, entries) : undefined, next };
    }).catch(async (error: unknown) => {
      await configured.load(loaded);
      throw error;
    });
    loaded = entries;
    refuseOutdated(behind);
  };
  return {
    entries: configured.entries,
    fileVirtualKeys: configured.fileVirtualKeys,
    load: (entries) => exclusively(() => load(entries)),
    change,
    create: (origin, work, keep) =>
      change(origin, async () => {
        const done = await work();
        return { ...done, kept: keep(done.result) };
      }),
    full: () => ({ type: "full", sequence, sections: writeContent(sections, current()) }),
    content: current,
    servedKeys: () => servedKeys(current(), nowMs()),
  };
}

type Compiled<T> = Audited<T> & { readonly next: SnapshotContent };
