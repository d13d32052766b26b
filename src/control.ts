import { join } from "node:path";
import { type AdminToken, createAdminToken } from "#api/admin-token";
import { createApiHandler } from "#api/handler";
import { createIdempotentPosts } from "#api/idempotency";
import { listenForAdmin } from "#api/listener";
import { countRefusals, createRefusalNotes } from "#api/refusal-notes";
import { apiRoutes } from "#api/routes";
import { createSignIns } from "#api/sign-ins";
import { type AuditTrail, createAuditTrail } from "#audit/audit-trail";
import { createCatalog } from "#catalog/catalog";
import { channelProtocol, type Release } from "#channel/release";
import { createSnapshotServer, type SnapshotServer } from "#channel/snapshot-server";
import { type Environment, readEnvironment } from "#config/environment";
import type { FileEntries } from "#config/file-entries";
import type { ProcessOptions } from "#config/process-options";
import { readEntries } from "#config/read-entries";
import { createSecretResolver } from "#config/secrets";
import { systemClock } from "#core/clock";
import { createIdSource } from "#core/ids";
import { type LedgerAdmin, openLedgerAdmin } from "#ledger/admin";
import { createMachineClock } from "#ledger/machine-clock";
import { createBudgetWatch } from "#limits/budget-watch";
import { createOverrideEnd } from "#limits/override-end";
import { type LimitUpkeep, startLimitUpkeep } from "#limits/upkeep";
import { budgetUses } from "#metrics/limit-metrics";
import { createScrape } from "#metrics/scrape";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";
import { type RecordKeeping, startRecordKeeping } from "#records/record-keeping";
import { startRetention } from "#records/retention";
import type { Sink } from "#records/sinks/sink";
import { type Configuration, createConfiguration } from "#snapshot/configuration";
import { createLimitSlots } from "#snapshot/limit-slots";
import type { ConfigStore } from "#store/config/config-store";
import { loadMasterKey } from "#store/config/master-key";
import { openStores, storesUrl } from "#store/open-stores";
import type { Log } from "#telemetry/log";
import { watchProcess } from "#telemetry/process-gauges";
import packageJson from "../package.json" with { type: "json" };
import { createAnnounce, generateFileKey, prepareFirstStart, publicUrl } from "./first-start";

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
  /** Where records go once they are stored. */
  readonly sinks?: readonly Sink[];
  /** Holds every answer of the API to what its route declares. For tests. */
  readonly checkResponses?: boolean;
  /** What it says of itself on the snapshot channel, to try what happens between two releases. */
  readonly release?: Release;
};

/**
 * Starts the control plane: configuration, admin API, snapshot channel, ingestion, retention. Its sockets are open when
 * it resolves. Throws with one line for the operator when it cannot run as configured; nothing is left open then.
 */
export async function startControl(options: ProcessOptions, log: Log, hooks: ControlHooks = {}): Promise<Control> {
  const { environment = readEnvironment(), definitions = providerDefinitions, checkResponses = false } = hooks;
  const closers: Closer[] = [];
  const closeAll = async () => {
    for (const closer of closers.splice(0).reverse()) await closer.close();
  };
  const parts: Parts = {
    options,
    log,
    environment,
    definitions,
    checkResponses,
    release: hooks.release ?? { version: packageJson.version, protocol: channelProtocol },
    sinks: hooks.sinks ?? [],
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
  readonly checkResponses: boolean;
  readonly release: Release;
  readonly sinks: readonly Sink[];
  readonly newId: () => string;
  readonly announce: ReturnType<typeof createAnnounce>;
  /** Notes what must be closed, in the reverse order, and returns it. */
  readonly closing: <C extends Closer>(closer: C) => C;
};

async function start(parts: Parts): Promise<Control["reload"]> {
  const { options, log, environment, definitions, release, closing } = parts;
  const entries = () => readEntries(options.configFile, environment, definitions, (warning) => log.warn({}, warning));
  const firstEntries = entries();
  const masterKey = loadMasterKey(environment.HEADGATE_MASTER_KEY, join(options.dataDir, "master.key"));
  const store = closing(await openStores(storesUrl(options.dataDir)).config(masterKey));
  const ledger = openLedgerAdmin(options.ledgerFile, { role: "control", generation: options.generation });
  const records = closing(await startRecordKeeping({ options, sinks: parts.sinks, ledger, clock: systemClock, log }));
  const audit = createAuditTrail({ store, newId: parts.newId, nowMs: systemClock.nowMs });
  await prepareFirstStart({ ...parts, store, audit, url: publicUrl(options), nowMs: systemClock.nowMs });

  let server: SnapshotServer | undefined;
  const configuration = await createConfiguration({
    store,
    audit,
    definitions,
    resolveSecret: createSecretResolver(environment),
    slots: await createLimitSlots({
      store,
      ledger,
      nowMs: systemClock.nowMs,
      acknowledged: () => leastAcknowledged(server),
    }),
    nowMs: systemClock.nowMs,
    publish: async (delta, endedKeys) => (await server?.publish(delta, endedKeys)) ?? [],
    generateFileKey: (name) => generateFileKey(name, store, parts.announce),
    warn: (fields, message) => log.warn(fields, message),
  });
  await configuration.load(firstEntries);
  const { full, servedKeys } = configuration;
  server = closing(createSnapshotServer({ socket: options.sockets.snapshot, release, full, servedKeys, log }));

  const token = await createAdminToken(store, audit, environment.HEADGATE_ADMIN_TOKEN);
  const handler = adminHandler(parts, { store, audit, ledger, records, configuration, server, token });
  closing(listenForAdmin(options, handler));
  const retentionDays = () => configuration.content().settings.retentionDays;
  closing(lookAfterLimits(parts, { store, ledger, configuration }));
  closing(startRetention({ logs: records.logs, retentionDays, nowMs: systemClock.nowMs, log }));
  return () => reload(configuration, entries);
}

type Services = {
  readonly store: ConfigStore;
  readonly audit: AuditTrail;
  readonly ledger: LedgerAdmin;
  readonly records: RecordKeeping;
  readonly configuration: Configuration;
  readonly server: SnapshotServer;
  readonly token: AdminToken;
};

function adminHandler(
  { options, log, environment, definitions, newId, closing, checkResponses }: Parts,
  services: Services,
) {
  const { store, audit, ledger, records, configuration, server, token } = services;
  const machineMs = createMachineClock();
  const gauges = closing(watchProcess());
  const readiness = () => ({
    workersReady: server.workers().length,
    workersWanted: options.workers,
    journal: records.ingest.lag(),
  });
  const routes = apiRoutes({
    store,
    audit,
    configuration,
    definitions,
    resolveSecret: createSecretResolver(environment),
    newId,
    nowMs: systemClock.nowMs,
    catalog: createCatalog(),
    logs: records.logs,
    onRecords: records.ingest.onBatch,
    token,
    families: createScrape({
      columns: ledger.columns,
      processes: () => ({
        version: packageJson.version,
        readiness: readiness(),
        sinks: records.sinks.progress(),
        control: gauges.read(),
      }),
      holds: ledger.holds,
      budgets: () => budgetUses(configuration.content(), ledger.readSlot, systemClock.nowMs()),
      health: ledger.health.list,
      machineMs,
    }),
    health: ledger.health.list,
    healthTable: ledger.health,
    machineMs,
    readSlot: ledger.readSlot,
    readWindow: ledger.readWindow,
    readiness,
  });
  const settings = () => configuration.content().settings;
  const refusals = createRefusalNotes(audit, systemClock.nowMs);
  closing(countRefusals(refusals, log));
  return createApiHandler({
    routes,
    token,
    metricsTokenHash: () => settings().metricsTokenHash,
    trustedProxies: () => settings().trustedProxies,
    posts: createIdempotentPosts(store, systemClock.nowMs),
    signIns: createSignIns(audit, systemClock.nowMs, (err) => log.error({ err }, "Cannot note a sign-in")),
    refusals,
    newId,
    log,
    checkResponses,
  });
}

function lookAfterLimits(
  { log, newId }: Parts,
  { store, ledger, configuration }: Pick<Services, "store" | "ledger" | "configuration">,
): LimitUpkeep {
  const { content } = configuration;
  const { nowMs } = systemClock;
  return startLimitUpkeep({
    endOverrides: createOverrideEnd({ store, configuration, nowMs }).endDue,
    watchBudgets: createBudgetWatch({ store, content, ledger, newId, nowMs }).look,
    deleteOldEvents: () => store.budgetEvents.deleteEnded(nowMs() - content().settings.retentionDays * 86_400_000),
    log,
  });
}

async function reload(configuration: Configuration, entries: () => FileEntries): ReturnType<Control["reload"]> {
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
