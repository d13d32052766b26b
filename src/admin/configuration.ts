import { compileSettings, type SnapshotContent } from "#config/compile";
import type { FileEntries } from "#config/file-entries";
import { diffSnapshots, fullSnapshot } from "#config/snapshot-diff";
import type { SnapshotMessage } from "#core/snapshot-delta";
import { type ConfiguredEntries, createConfiguredEntries, type EntriesParts } from "./configured-entries";
import { type ChangedPart, type CompilerParts, createContentCompiler } from "./content-compiler";

/** What holds right now: the file's entries over the stored ones, compiled and on the workers. */
export type Configuration = Omit<ConfiguredEntries, "load" | "virtualKeys"> & {
  /** Takes the file's entries and everything stored; the first call makes the first snapshot. */
  readonly load: (entries: FileEntries) => Promise<void>;
  /**
   * Runs `work`, one at a time, then compiles what it changed and waits until every worker has it (at most a second).
   * Nothing changes when it throws.
   */
  readonly change: <T>(work: () => Promise<Changed<T>>) => Promise<T>;
  readonly full: () => SnapshotMessage;
  readonly content: () => SnapshotContent;
};

export type Changed<T> = { readonly result: T; readonly changed: ChangedPart };

export type ConfigurationParts = EntriesParts &
  CompilerParts & { readonly publish: (delta: SnapshotMessage) => Promise<unknown> };

const emptyContent: SnapshotContent = {
  settings: compileSettings({}),
  virtualKeys: new Map(),
  routes: new Map(),
  providers: [],
};

export async function createConfiguration(parts: ConfigurationParts): Promise<Configuration> {
  const { store, publish } = parts;
  const configured = createConfiguredEntries(parts);
  const compiler = createContentCompiler(configured, parts);
  const exclusively = createQueue();
  let content = emptyContent;
  let sequence = Number((await store.fact("snapshot_sequence")) ?? "0");

  const replace = async (next: SnapshotContent) => {
    const delta = diffSnapshots(content, next, sequence + 1);
    content = next;
    if (delta === undefined) return;
    await store.setFact("snapshot_sequence", String(delta.sequence));
    sequence = delta.sequence;
    await publish(delta);
  };
  return {
    ...configured,
    load: (entries) =>
      exclusively(async () => {
        await configured.load(entries);
        await replace(await compiler.all(sequence + 1));
      }),
    change: (work) =>
      exclusively(async () => {
        const { result, changed } = await work();
        await replace(await compiler.after(changed, content, sequence + 1));
        return result;
      }),
    full: () => fullSnapshot(content, sequence),
    content: () => content,
  };
}

/** Runs one at a time, in the order of the calls. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
