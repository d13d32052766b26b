import type { Audited, AuditNote, AuditTrail, KeptBody } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import type { SnapshotMessage } from "#channel/snapshot-delta";
import { type FileEntries, noEntries } from "#config/file-entries";
import { createQueue } from "#lib/queue";
import { compileSettings, type SnapshotContent } from "./compile";
import { type ConfiguredEntries, createConfiguredEntries, type EntriesParts } from "./configured-entries";
import { type ChangedPart, type CompilerParts, createContentCompiler } from "./content-compiler";
import { diffSnapshots, fullSnapshot } from "./diff";
import { fileFingerprint, fileLoadNote } from "./file-load";

/** What holds right now: the file's entries over the stored ones, compiled and on the workers. */
export type Configuration = Omit<ConfiguredEntries, "load" | "virtualKeys"> & {
  /** Takes the file's entries and everything stored; the first call makes the first snapshot. Audited when the file changed. */
  readonly load: (entries: FileEntries) => Promise<void>;
  /**
   * Runs `work`, one at a time, compiles what it changed, and waits until every worker has it (at most a second). What
   * `work` writes, what compiling writes and the audit event are one transaction: nothing changes when any of it throws.
   */
  readonly change: <T>(origin: Origin, work: () => Promise<Changed<T>>) => Promise<T>;
  /** A change whose answer is kept with it, for a client that repeats the request with the same `Idempotency-Key`. */
  readonly create: <T>(origin: Origin, work: () => Promise<Changed<T>>, keep: (result: T) => KeptBody) => Promise<T>;
  readonly full: () => SnapshotMessage;
  readonly content: () => SnapshotContent;
};

export type Changed<T> = { readonly result: T; readonly changed: ChangedPart; readonly event: AuditNote };

export type ConfigurationParts = EntriesParts &
  CompilerParts & {
    readonly publish: (delta: SnapshotMessage) => Promise<unknown>;
    readonly audit: AuditTrail;
  };

const emptyContent: SnapshotContent = {
  settings: compileSettings({}),
  virtualKeys: new Map(),
  routes: new Map(),
  providers: [],
  teams: new Map(),
  customers: new Map(),
  limits: [],
  prices: [],
};

export async function createConfiguration(parts: ConfigurationParts): Promise<Configuration> {
  const { store, publish, audit, slots } = parts;
  const configured = createConfiguredEntries(parts);
  const compiler = createContentCompiler(configured, parts);
  const exclusively = createQueue();
  let content = emptyContent;
  let loaded = noEntries;
  let sequence = Number((await store.settings.fact("snapshot_sequence")) ?? "0");

  const changesTo = (next: SnapshotContent): Delta | undefined => {
    // Workers get the first one whole.
    if (content === emptyContent) return { type: "delta", sequence: sequence + 1 };
    return diffSnapshots(content, next, sequence + 1, compiler.profileOf);
  };
  /** What reaches beyond the store, here the workers, follows the commit. */
  const commit = async <T>(origin: Origin, work: () => Promise<Compiled<T>>): Promise<T> => {
    const { result, next, delta } = await audit
      .commit(origin, async () => {
        const compiled = await work();
        const changes = changesTo(compiled.next);
        if (changes !== undefined) await store.settings.setFact("snapshot_sequence", String(changes.sequence));
        return { ...compiled, result: { result: compiled.result, next: compiled.next, delta: changes } };
      })
      .catch(async (error: unknown) => {
        await slots.restore();
        throw error;
      });
    slots.apply();
    content = next;
    if (delta === undefined) return result;
    sequence = delta.sequence;
    await publish(delta);
    return result;
  };
  const change = <T>(origin: Origin, work: () => Promise<Omit<Compiled<T>, "next"> & { changed: ChangedPart }>) =>
    exclusively(() =>
      commit(origin, async () => {
        const done = await work();
        return { ...done, next: await compiler.after(done.changed, content, sequence + 1) };
      }),
    );
  return {
    ...configured,
    load: (entries) =>
      exclusively(async () => {
        await commit({ actor: "config_file" }, async () => {
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
      }),
    change,
    create: (origin, work, keep) =>
      change(origin, async () => {
        const done = await work();
        return { ...done, kept: keep(done.result) };
      }),
    full: () => fullSnapshot(content, sequence, compiler.profileOf),
    content: () => content,
  };
}

type Delta = Extract<SnapshotMessage, { type: "delta" }>;

type Compiled<T> = Audited<T> & { readonly next: SnapshotContent };
