import { join } from "node:path";
import type { ConfigStore } from "./config/config-store";
import type { MasterKey } from "./config/master-key";
import type { LogStore, LogWriter } from "./log/log-store";

/**
 * The stores at one address. Each call opens one, and loads the code of its back end only then: the threads that read
 * and write the log have no use for the configuration.
 */
export type Stores = {
  readonly config: (masterKey: MasterKey) => Promise<ConfigStore>;
  readonly log: () => Promise<LogStore>;
  /** `onSetAside`: is told where a damaged log was moved to, in whose place one is made anew. */
  readonly logWriter: (onSetAside?: (aside: string) => void) => Promise<LogWriter>;
};

/** `address`: what follows the scheme and its colon. Opens nothing yet. */
export type BackEnd = (address: string) => Stores;

/** The back ends by their URL's scheme. This is the only place that names them. */
const backEnds: Readonly<Record<string, BackEnd>> = {
  sqlite: (directory) => ({
    config: async (masterKey) => {
      const { openSqliteConfigStore } = await import("./config/sqlite/sqlite-config-store");
      return openSqliteConfigStore(configurationFile(directory), masterKey);
    },
    log: async () => {
      const { openSqliteLogStore } = await import("./log/sqlite/sqlite-log-store");
      return openSqliteLogStore(join(directory, "logs.sqlite"));
    },
    logWriter: async (onSetAside) => {
      const { openSqliteLogWriter } = await import("./log/sqlite/sqlite-log-writer");
      return openSqliteLogWriter(join(directory, "logs.sqlite"), undefined, onSetAside);
    },
  }),
  memory: () => {
    const openLog = once(async () => (await import("./log/memory/memory-log")).createMemoryLog());
    return {
      config: async () => (await import("./config/memory/memory-config-store")).openMemoryConfigStore(),
      log: async () => (await openLog()).store,
      logWriter: async () => (await openLog()).writer,
    };
  },
};

/** What is told of it. */
export const logSetAside =
  "The log's database is damaged: it was set aside, and one is made anew. What it held is not shown any more";

/** Where a data directory keeps its configuration. */
export function configurationFile(dataDir: string): string {
  return join(dataDir, "config.sqlite");
}

/** Where a data directory keeps its stores. */
export function storesUrl(dataDir: string): string {
  return `sqlite:${dataDir}`;
}

/**
 * The stores at a URL: `sqlite:DIRECTORY`, or `memory:` for stores that last as long as what is returned is held; threads
 * do not share them. Throws when no back end has the scheme. `others`: further back ends by their scheme.
 */
export function openStores(url: string, others: Readonly<Record<string, BackEnd>> = {}): Stores {
  const known = { ...backEnds, ...others };
  const end = url.indexOf(":");
  const scheme = url.slice(0, Math.max(end, 0));
  const backEnd = Object.hasOwn(known, scheme) ? known[scheme] : undefined;
  if (backEnd !== undefined) return backEnd(url.slice(end + 1));
  throw new Error(
    `Cannot open the stores: their URL has the scheme "${scheme}", one of ${Object.keys(known).join(", ")} is needed`,
  );
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
