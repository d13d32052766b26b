import type { ConfiguredVirtualKey } from "#config/configured";
import { type FileEntries, noEntries } from "#config/file-entries";
import type { PlaceOf } from "#config/file-places";
import type { SecretResolver } from "#config/secrets";
import { hashSecret, secretHint } from "#core/virtual-key";
import type { Repositories } from "#store/config/repositories";
import type { KeyHash } from "#store/config/stored-virtual-key";
import { type Configured, type SectionName, sectionRows } from "./sections";
import { createStoredCredentials, createStoredSecrets, type Sources, type Warn } from "./sources";

/** What is configured: the file's entries, and what is stored beside them. */
export type ConfiguredEntries = {
  /** Takes the file's entries from now on. Nothing changes when it throws. */
  readonly load: (file: FileEntries) => Promise<void>;
  readonly sources: () => Sources;
  /** Of a section, for the admin API. */
  readonly entries: <N extends SectionName>(section: N) => Promise<Configured[N]>;
  /** The virtual keys that the file declares, in its order. */
  readonly fileVirtualKeys: () => readonly ConfiguredVirtualKey[];
  /** Where in the file an entry stands. */
  readonly placeOf: PlaceOf;
};

export type EntriesParts = {
  readonly store: Repositories;
  /** For values that came over the API. */
  readonly resolveSecret: SecretResolver;
  /** Makes and announces the secret of a file's key that has none. */
  readonly generateFileKey: (name: string) => Promise<string>;
  readonly warn: Warn;
  readonly catalogVersion?: Sources["catalogVersion"];
  readonly objectSecret?: Sources["objectSecret"];
};

export function createConfiguredEntries(parts: EntriesParts): ConfiguredEntries {
  const { catalogVersion, objectSecret, store, resolveSecret, warn } = parts;
  const secrets = createStoredSecrets(resolveSecret, warn);
  const credentials = createStoredCredentials(resolveSecret, warn);
  let sources: Sources = { file: noEntries, fileKeys: [], store, secrets, credentials, catalogVersion, objectSecret };
  return {
    load: async (file) => {
      sources = { ...sources, file, fileKeys: await fileVirtualKeys(file, parts) };
    },
    sources: () => sources,
    entries: (section) => sectionRows[section].entries(sources),
    fileVirtualKeys: () => sources.fileKeys,
    placeOf: (section, name) => sources.file.placeOf(section, name),
  };
}

export function keyHash(secret: string): KeyHash {
  return { hash: hashSecret(secret), hint: secretHint(secret) };
}

async function fileVirtualKeys(file: FileEntries, parts: EntriesParts): Promise<readonly ConfiguredVirtualKey[]> {
  const generated = await parts.store.fileKeys.list();
  const keys: ConfiguredVirtualKey[] = [];
  for (const { spec, secret } of file.virtualKeys) {
    const known = secret === undefined ? generated.get(spec.name) : keyHash(secret);
    const { hash, hint } = known ?? keyHash(await parts.generateFileKey(spec.name));
    keys.push({ id: `file:${spec.name}`, source: "file", hash, hint, spec });
  }
  return keys;
}
