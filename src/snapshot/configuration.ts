import type { AuditNote, KeptBody } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import { type FileEntries, noEntries } from "#config/file-entries";
import { createQueue } from "#lib/queue";
import { type ConfiguredEntries, createConfiguredEntries, type EntriesParts } from "./configured-entries";
import { type ChangedPart, type CompilerParts, createContentCompiler } from "./content-compiler";
import { fileFingerprint, fileLoadNote } from "./file-load";
import { refuseOutdated } from "./outdated-workers";
import {
  type Compiled,
  createPublishedSnapshot,
  type PublishedSnapshot,
  type PublishParts,
} from "./published-snapshot";

/** What holds right now: the file's entries over the stored ones, compiled and on the workers. */
export type Configuration = Pick<ConfiguredEntries, "entries" | "fileVirtualKeys" | "placeOf"> &
  Pick<PublishedSnapshot, "sequence" | "full" | "content" | "servedKeys"> & {
    /** Takes the file's entries and everything stored; the first call makes the first snapshot. Audited when the file changed. */
    readonly load: (entries: FileEntries) => Promise<void>;
    /**
     * Runs `work`, one at a time, compiles what it changed, and waits until every worker has it (at most a second). What
     * `work` writes, what compiling writes and the audit event are one transaction: nothing changes when any of it throws.
     * Throws a `ControlError` afterwards where workers cannot read the change.
     */
    readonly change: <T>(origin: Origin, work: () => Promise<Changed<T>>) => Promise<T>;
    /** Compiles providers anew, and brings workers what came of it: a key's token is another. No audit event. */
    readonly retoken: () => Promise<void>;
    /** A change whose answer is kept with it, for a client that repeats the request with the same `Idempotency-Key`. */
    readonly create: <T>(origin: Origin, work: () => Promise<Changed<T>>, keep: (result: T) => KeptBody) => Promise<T>;
  };

export type Changed<T> = { readonly result: T; readonly changed: ChangedPart; readonly event: AuditNote };

export type ConfigurationParts = EntriesParts & CompilerParts & PublishParts;

export async function createConfiguration(parts: ConfigurationParts): Promise<Configuration> {
  const { store } = parts;
  const configured = createConfiguredEntries(parts);
  const compiler = createContentCompiler(configured.sources, parts);
  const published = await createPublishedSnapshot(parts);
  const exclusively = createQueue();
  let loaded = noEntries;

  const change = <T>(origin: Origin, work: () => Promise<Omit<Compiled<T>, "next"> & { changed: ChangedPart }>) =>
    exclusively(async () => {
      const { result, behind } = await published.commit(origin, async () => {
        const done = await work();
        const next = await compiler.after(done.changed, published.content(), published.nextSequence());
        return { ...done, next };
      });
      refuseOutdated(behind);
      return result;
    });
  const load = async (entries: FileEntries) => {
    const { behind } = await published
      .commit({ actor: "config_file" }, async () => {
        const fingerprint = fileFingerprint(entries);
        const isNew = fingerprint !== ((await store.settings.fact("config_file_hash")) ?? fileFingerprint(noEntries));
        if (isNew) await store.settings.setFact("config_file_hash", fingerprint);
        await configured.load(entries);
        const next = await compiler.all(published.nextSequence());
        return { result: undefined, event: isNew ? fileLoadNote(loaded, entries) : undefined, next };
      })
      .catch(async (error: unknown) => {
        await configured.load(loaded);
        throw error;
      });
    loaded = entries;
    refuseOutdated(behind);
  };
  return {
    ...published,
    entries: configured.entries,
    fileVirtualKeys: configured.fileVirtualKeys,
    placeOf: configured.placeOf,
    load: (entries) => exclusively(() => load(entries)),
    change,
    retoken: () =>
      exclusively(async () => {
        const compile = () => compiler.after("providers", published.content(), published.nextSequence());
        await published.commit({ actor: "control_plane" }, async () => ({
          result: undefined,
          event: undefined,
          next: await compile(),
        }));
      }),
    create: (origin, work, keep) =>
      change(origin, async () => {
        const done = await work();
        return { ...done, kept: keep(done.result) };
      }),
  };
}
