import { join } from "node:path";
import { createAdminHandler } from "#admin/admin-handler";
import { listenForAdmin } from "#admin/admin-listener";
import { adminRoutes } from "#admin/admin-routes";
import { type AdminToken, createAdminToken } from "#admin/admin-token";
import { type Configuration, createConfiguration } from "#admin/configuration";
import { createAnnounce, generateFileKey, prepareFirstStart, publicUrl } from "#admin/first-start";
import { createKeySlots } from "#admin/key-slots";
import { type RecordKeeping, startRecordKeeping } from "#admin/record-keeping";
import { startRetention } from "#admin/retention";
import { createCatalog } from "#catalog/catalog";
import { createSnapshotServer, type SnapshotServer } from "#channel/snapshot-server";
import { type Environment, readEnvironment } from "#config/environment";
import type { ProcessOptions } from "#config/process-options";
import { readEntries } from "#config/read-entries";
import { createSecretResolver } from "#config/secrets";
import { systemClock } from "#core/clock";
import { createIdSource } from "#core/ids";
import { type LedgerAdmin, openLedgerAdmin } from "#ledger/admin";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";
import type { ConfigStore } from "#store/config/config-store";
import { loadMasterKey } from "#store/config/master-key";
import { openSqliteConfigStore } from "#store/config/sqlite/sqlite-config-store";
import type { Log } from "#telemetry/log";

export type Control = {
  /** Reads the configuration file again; keeps the old one and says why when it cannot be used. */
  readonly reload: () => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: string }>;
  readonly close: () => Promise<void>;
};

export type ControlHooks = {
  /** Shows the secrets of a first start, where somebody looks; without it they go to a 0600 file. */
  readonly onFirstStart?: (lines: readonly string[]) => void;
  readonly environment?: Environment;
  readonly definitions?: ReadonlyMap<string, ProviderDefinition>;
};

/**
 * Starts the control plane: configuration, admin API, snapshot channel, ingestion, retention. Its sockets are open when
 * it resolves. Throws with one line for the operator when it cannot run as configured; nothing is left open then.
 */
export async function startControl(options: ProcessOptions, log: Log, hooks: ControlHooks = {}): Promise<Control> {
  const { environment = readEnvironment(), definitions = providerDefinitions } = hooks;
  const closers: Closer[] = [];
  const closeAll = async () => {
    for (const closer of closers.splice(0).reverse()) await closer.close();
  };
  const parts: Parts = {
    options,
    log,
    environment,
    definitions,
    newId: createIdSource(systemClock.nowMs),
    announce: createAnnounce(options.dataDir, hooks.onFirstStart, (path) => {
      log.info({ path }, "wrote new secrets to a file that only its owner can read; delete it when they are safe");
    }),
    closing: <C extends Closer>(closer: C) => {
      closers.push(closer);
      return closer;
    },
  };
  try {
    return { reload: await start(parts), close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Closer = { readonly close: () => void | Promise<void> };

type Parts = {
  readonly options: ProcessOptions;
  readonly log: Log;
  readonly environment: Environment;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly newId: () => string;
  readonly announce: ReturnType<typeof createAnnounce>;
  /** Notes what must be closed, in the reverse order, and returns it. */
  readonly closing: <C extends Closer>(closer: C) => C;
};

async function start(parts: Parts): Promise<Control["reload"]> {
  const { options, log, environment, definitions, closing } = parts;
  const entries = () => readEntries(options.configFile, environment, definitions, (warning) => log.warn({}, warning));
  const firstEntries = entries();
  const masterKey = loadMasterKey(environment.HEADGATE_MASTER_KEY, join(options.dataDir, "master.key"));
  const store = closing(openSqliteConfigStore(join(options.dataDir, "config.sqlite"), masterKey));
  const ledger = openLedgerAdmin(options.ledgerFile, { role: "control", generation: options.generation });
  const records = closing(await startRecordKeeping(options, ledger, systemClock, log));
  await prepareFirstStart({ ...parts, store, url: publicUrl(options), nowMs: systemClock.nowMs });

  let server: SnapshotServer | undefined;
  const configuration = await createConfiguration({
    store,
    definitions,
    resolveSecret: createSecretResolver(environment),
    slots: await createKeySlots(store, ledger, () => leastAcknowledged(server)),
    publish: async (delta) => server?.publish(delta),
    generateFileKey: (name) => generateFileKey(name, store, parts.announce),
    warn: (fields, message) => log.warn(fields, message),
  });
  await configuration.load(firstEntries);
  server = closing(createSnapshotServer({ socket: options.sockets.snapshot, full: configuration.full, log }));

  const token = await createAdminToken(store, environment.HEADGATE_ADMIN_TOKEN);
  const handler = adminHandler(parts, { store, ledger, records, configuration, server, token });
  closing(listenForAdmin(options, handler));
  const retentionDays = () => configuration.content().settings.retentionDays;
  closing(startRetention({ logs: records.logs, retentionDays, nowMs: systemClock.nowMs, log }));
  return () => reload(configuration, entries);
}

type Services = {
  readonly store: ConfigStore;
  readonly ledger: LedgerAdmin;
  readonly records: RecordKeeping;
  readonly configuration: Configuration;
  readonly server: SnapshotServer;
  readonly token: AdminToken;
};

function adminHandler({ options, log, environment, definitions, newId }: Parts, services: Services) {
  const { store, ledger, records, configuration, server, token } = services;
  const routes = adminRoutes({
    store,
    configuration,
    definitions,
    resolveSecret: createSecretResolver(environment),
    newId,
    nowMs: systemClock.nowMs,
    catalog: createCatalog(),
    logs: records.logs,
    token,
    families: ledger.readMetrics,
    readSlot: ledger.readSlot,
    readiness: () => ({
      workersReady: server.workers().length,
      workersWanted: options.workers,
      journal: records.ingest.lag(),
    }),
  });
  const metricsTokenHash = () => configuration.content().settings.metricsTokenHash;
  return createAdminHandler({ routes, token, metricsTokenHash, log });
}

async function reload(
  configuration: Configuration,
  entries: () => Parameters<Configuration["load"]>[0],
): ReturnType<Control["reload"]> {
  try {
    await configuration.load(entries());
    return { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** The smallest sequence that every connected worker has; undefined while none is connected. */
function leastAcknowledged(server: SnapshotServer | undefined): number | undefined {
  const acknowledged = (server?.workers() ?? []).map((worker) => worker.acknowledged);
  return acknowledged.length === 0 ? undefined : Math.min(...acknowledged);
}
