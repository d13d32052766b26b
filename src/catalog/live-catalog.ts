import { messageOf } from "#lib/message-of";
import { type Catalog, createCatalog } from "./catalog";

/** A catalog in whose place another can be put while it is used. */
export type LiveCatalog = Catalog & {
  /** SHA-256 of what holds, hex; undefined for what is shipped. */
  readonly version: () => string | undefined;
  /** Undefined for what is shipped. Throws what `read` throws; then nothing changes. */
  readonly use: (version: string | undefined) => void;
};

export function createLiveCatalog(read: (version: string) => string, shipped: Catalog = createCatalog()): LiveCatalog {
  let current: { readonly version: string | undefined; readonly catalog: Catalog } = {
    version: undefined,
    catalog: shipped,
  };
  return {
    version: () => current.version,
    use: (version) => {
      if (version === current.version) return;
      current = { version, catalog: version === undefined ? shipped : createCatalog(read(version)) };
    },
    find: (provider, model) => current.catalog.find(provider, model),
    lists: (provider, model) => current.catalog.lists(provider, model),
    list: (provider) => current.catalog.list(provider),
    providersOf: (model) => current.catalog.providersOf(model),
  };
}

/** A worker's catalog. */
export type FollowedCatalog = {
  readonly catalog: Catalog;
  /** Why what the snapshot names is not what it has, if so. */
  readonly problem: () => string | undefined;
};

/**
 * The catalog that a snapshot names, for a worker. One that cannot be read is told once, and what held before goes on: a
 * request is served by the old prices rather than by none.
 */
export function followCatalog(
  live: LiveCatalog,
  wanted: () => string | undefined,
  onFailure: (cause: unknown) => void,
): FollowedCatalog {
  let asked: string | undefined;
  let problem: string | undefined;
  const current = (): Catalog => {
    const version = wanted();
    if (version === asked) return live;
    asked = version;
    problem = undefined;
    try {
      live.use(version);
    } catch (cause) {
      problem = `Cannot read the catalog that holds, the one before goes on: ${messageOf(cause)}`;
      onFailure(cause);
    }
    return live;
  };
  return {
    catalog: {
      find: (provider, model) => current().find(provider, model),
      lists: (provider, model) => current().lists(provider, model),
      list: (provider) => current().list(provider),
      providersOf: (model) => current().providersOf(model),
    },
    problem: () => {
      current();
      return problem;
    },
  };
}
