import { join } from "node:path";
import { listenForAdmin } from "#api/listener";
import { countRefusals } from "#api/refusal-notes";
import type { FixedSystemFacts } from "#api/services";
import { createAuditTrail } from "#audit/audit-trail";
import { checkSeal } from "#audit/check-seal";
import type { Catalog } from "#catalog/catalog";
import { keptCatalog } from "#catalog/kept-catalog";
import { startCatalogUpkeep } from "#catalog-updates/catalog-upkeep";
import { channelProtocol, type Release } from "#channel/release";
import { createSnapshotServer, type SnapshotServer } from "#channel/snapshot-server";
import { readDeclared } from "#config/declared";
import { type Environment, readEnvironment } from "#config/environment";
import type { FileEntries } from "#config/file-entries";
import { createFileReader, type FileReader } from "#config/file-reader";
import type { ProcessOptions } from "#config/process-options";
import { createSecretResolver } from "#config/secrets";
import { createPlanJudge } from "#config-check/plan-judge";
import { systemClock } from "#core/clock";
import { createIdSource } from "#core/ids";
import { createIssueToken } from "#credentials/issue-token";
import { keptTokens } from "#credentials/kept-tokens";
import { startTokenUpkeep } from "#credentials/token-upkeep";
import { dialects } from "#dialects/registry";
import { openLedgerAdmin } from "#ledger/admin";
import { createMachineClock } from "#ledger/machine-clock";
import { damageOf } from "#lib/database-file";
import { createTicker } from "#lib/ticker";
import { startTimer } from "#lib/timer";
import { startLimitUpkeep } from "#limits/upkeep";
import { sweepKept } from "#objects/kept/sweep-kept";
import { folderSource, packSource } from "#page/page-source";
import { createModelLister } from "#provider-trial/list-models";
import { createProviderTrial } from "#provider-trial/provider-trial";
import { authSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";
import { withLocalTransports } from "#providers/transports";
import { startRecordKeeping } from "#records/record-keeping";
import { startRetention } from "#records/retention";
import type { Sink } from "#records/sinks/sink";
import { startSessionUpkeep } from "#sessions/session-upkeep";
import type { Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";
import { loadMasterKey, type MasterKey } from "#store/config/master-key";
import { objectSecretOf } from "#store/config/object-secret";
import type { LogStore } from "#store/log/log-store";
import { configurationFile, openStores, storesUrl } from "#store/open-stores";
import { schemaVersions } from "#store/schema-versions";
import { keepMasterKey } from "#system/master-key-keeper";
import { watchStore } from "#system/store-watch";
import { createSystemControl } from "#system/system-control";
import { diskSpace } from "#telemetry/disk-space";
import type { Log } from "#telemetry/log";
import { watchProcess } from "#telemetry/process-gauges";
import { createUpstreamClient } from "#upstream/client";
import { proxiesOf } from "#upstream/proxies";
import packageJson from "../package.json" with { type: "json" };
import { type ControlPlane, type ControlPlaneParts, createControlPlane } from "./control-plane";
import { createAnnounce, generateFileKey, prepareFirstStart, publicUrl } from "./first-start";

/** Where `scripts/build-binary.mjs` puts the dashboard inside the single executable. */
const packFile = join(import.meta.dir, "dashboard.pack");
/** Where its build puts it in a clone, and the package has it. */
const pageFolder = join(import.meta.dir, "..", "dashboard", "dist");

export type Control = {
  /** Reads the configuration file again; keeps the old one and says why when it cannot be used. */
  readonly reload: () => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: string }>;
  readonly close: () => Promise<void>;
};

export type ControlHooks = {
  /** Shows lines with secrets on a terminal; without it those of a first start go to a 0600 file. */
  readonly showOnTerminal?: (lines: readonly string[]) => void;
  /** Has the control plane started anew: its database is no longer where it was. */
  readonly reopen?: () => void;
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
    ...(hooks.showOnTerminal !== undefined && { showOnTerminal: hooks.showOnTerminal }),
    ...(hooks.reopen !== undefined && { reopen: hooks.reopen }),
    sinks: hooks.sinks ?? [],
    newId: createIdSource(systemClock.nowMs),
    announce: createAnnounce(options.dataDir, hooks.showOnTerminal, (path) => {
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

/** How long workers wait for tokens of providers at the start. */
const firstTokensMs = 5000;
/** Workers that start have their snapshot by then, also of very many keys. */
const firstUpkeepMs = 3000;
/** Workers that start have been sent theirs by then. */
const loadApiAfterMs = 500;

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
  readonly showOnTerminal?: (lines: readonly string[]) => void;
  readonly reopen?: () => void;
  /** Notes what must be closed, in the reverse order, and returns it. */
  readonly closing: <C extends Closer>(closer: C) => C;
};

async function start(parts: Parts): Promise<Control["reload"]> {
  const { options, log, environment, definitions, checkResponses, release, newId, announce, closing } = parts;
  const { nowMs } = systemClock;
  const catalog = keptCatalog(options.dataDir);
  const file = createReader(parts, catalog.live);
  const firstEntries = file.read();
  const { store, masterKey, objectSecret } = await openConfig(parts);
  const ledger = openLedgerAdmin(options.ledgerFile, { role: "control", generation: options.generation });
  const records = closing(await startRecordKeeping({ options, sinks: parts.sinks, ledger, clock: systemClock, log }));
  const audit = createAuditTrail({ store, newId, nowMs });
  await prepareFirstStart({ ...parts, store, audit, url: publicUrl(options), nowMs });

  const machineMs = createMachineClock();
  const gauges = closing(watchProcess());
  let server: SnapshotServer | undefined;
  const plane = await createControlPlane({
    store,
    audit,
    ledger,
    definitions,
    resolveSecret: createSecretResolver(environment),
    ...providerCalls(parts, masterKey),
    system: createSystemControl({
      ...options,
      version: packageJson.version,
      wantedBun: packageJson.dependencies.bun,
      reload: () => reload(configuration, file),
      checkFile: () => void file.read(),
      log,
    }),
    systemFacts: systemFacts(options, release),
    catalog,
    objectSecret,
    logs: records.logs,
    onRecords: records.ingest.onBatch,
    newId,
    clock: { nowMs, machineMs },
    adminToken: environment.HEADGATE_ADMIN_TOKEN,
    publish: async (delta, endedKeys) => (await server?.publish(delta, endedKeys)) ?? [],
    acknowledged: () => leastAcknowledged(server),
    generateFileKey: (name) => generateFileKey(name, store.fileKeys, announce),
    processes: () => ({
      version: packageJson.version,
      readiness: { ...readiness(server, options.workers), journal: records.ingest.lag() },
      sinks: records.sinks.progress(),
      unreadableBodies: records.unreadableBodies(),
      disk: diskSpace(options.dataDir),
      control: gauges.read(),
    }),
    page: packSource(packFile) ?? folderSource(pageFolder),
    ...addresses(options),
    log,
    checkResponses,
  });
  const { configuration } = plane;
  await firstLoad(plane, file, firstEntries);
  const { sequence, full, servedKeys } = configuration;
  server = closing(
    createSnapshotServer({ socket: options.sockets.snapshot, release, sequence, full, servedKeys, log }),
  );

  closing(countRefusals(plane.refusals, log));
  closing(listenForAdmin(options, plane.handler));
  startUpkeep(parts, plane, { store, logs: records.logs });
  await openSignIn(parts, plane);
  return () => reload(configuration, file);
}

/** Not with the first request alone: files of another version may stand there by then. */
async function loadApi(plane: ControlPlane, log: Log): Promise<void> {
  try {
    await plane.loadApi();
  } catch (err) {
    log.error({ err }, "Cannot read the code of the admin API");
  }
}

async function openConfig(parts: Parts) {
  const masterKey = openMasterKey(parts);
  refuseEmptied(parts.options.dataDir);
  const store = parts.closing(await openStores(storesUrl(parts.options.dataDir)).config(masterKey));
  return { store, masterKey, objectSecret: objectSecretOf(masterKey) };
}

/** SQLite would take it for a new one, and all that was configured over the API would be gone without a word. */
function refuseEmptied(dataDir: string): void {
  const file = configurationFile(dataDir);
  const damage = damageOf(file);
  if ((damage !== "empty" && damage !== "cut off") || readDeclared(dataDir) === undefined) return;
  throw new Error(
    `Cannot use ${file}: it is ${damage}, and this data directory was configured before; put a backup in its place, or remove it with its -wal and -shm to begin anew`,
  );
}

/** Reads or makes the master key. Its file is put back where it is deleted. */
function openMasterKey({ options, environment, closing, log }: Parts): MasterKey {
  const file = join(options.dataDir, "master.key");
  const masterKey = loadMasterKey(environment.HEADGATE_MASTER_KEY, file, configurationFile(options.dataDir));
  if (masterKey.origin === file) closing(keepMasterKey(file, masterKey.key, log));
  return masterKey;
}

/** Reads the configuration file; its doubts are logged. */
function createReader({ options, environment, definitions, log }: Parts, catalog: Catalog): FileReader {
  const judge = createPlanJudge(definitions, catalog, environment);
  const warn = (warning: string) => log.warn({}, warning);
  return createFileReader({ ...options, environment, definitions, judge, warn });
}

/** Where dashboard and gateway are reached from this machine. */
function addresses(options: ProcessOptions): Pick<ControlPlaneParts, "tls" | "url" | "inference"> {
  const { host, port, adminListen } = options;
  const tls = options.tls !== undefined;
  const apart = adminListen === undefined ? undefined : { host, port, tls };
  return { tls, url: publicUrl({ ...options, ...adminListen }), inference: { local: publicUrl(options), apart } };
}

type Kept = { readonly store: ConfigStore; readonly logs: LogStore };

/** What happens by itself when its time has come. */
function startUpkeep(parts: Parts, plane: ControlPlane, { store, logs }: Kept): void {
  const { log, closing } = parts;
  void checkSeal(store.audit, log);
  closing({ close: startTimer(() => void loadApi(plane, log), loadApiAfterMs) });
  const { nowMs } = systemClock;
  const retentionDays = () => plane.configuration.content().settings.retentionDays;
  closing(
    startLimitUpkeep({
      endOverrides: plane.overrideEnd.endDue,
      watchBudgets: plane.budgetWatch.look,
      deleteOldEvents: () => store.budgetEvents.deleteEnded(nowMs() - retentionDays() * 86_400_000),
      firstAfterMs: firstUpkeepMs,
      log,
    }),
  );
  const sweepResponses = (now: number, days: number) => sweepKept(join(parts.options.dataDir, "responses"), now, days);
  closing(startRetention({ logs, notes: store.logNotes, sweepKept: sweepResponses, retentionDays, nowMs, log }));
  closing(startSessionUpkeep(plane.sessions, log));
  closing(startCatalogUpkeep(plane.catalogKeeper));
  closing(startTokenUpkeep(plane.tokens));
  if (parts.reopen !== undefined) closing(watchStore(store, parts.reopen, log));
}

function systemFacts({ dataDir, configFile }: ProcessOptions, { protocol }: Release): FixedSystemFacts {
  const { configuration, log } = schemaVersions;
  return {
    versions: {
      headgate: packageJson.version,
      bun: Bun.version,
      protocol,
      configuration_schema: configuration,
      log_schema: log,
    },
    platform: `${process.platform} ${process.arch}`,
    data_dir: dataDir,
    ...(configFile !== undefined && { config_file: configFile }),
  };
}

function readiness(server: SnapshotServer | undefined, workersWanted: number) {
  const workers = server?.workers() ?? [];
  const workersOutdated = workers.filter(({ refusal }) => refusal !== undefined).length;
  return { workersReady: workers.length, workersWanted, workersOutdated };
}

/** What this process asks providers and those that issue tokens for them. */
function providerCalls({ environment, options }: Parts, { key }: MasterKey) {
  return {
    ...createTrials(environment),
    issueToken: createIssueToken({ environment, fetch: globalThis.fetch }),
    keptTokens: keptTokens(join(options.dataDir, "tokens"), key),
  };
}

/** Calls providers as workers do, for operators that try a key. */
function createTrials(environment: Environment): Pick<ControlPlaneParts, "tryProvider" | "listProviderModels"> {
  const ticker = createTicker(trialTickMs, systemClock.monotonicMs);
  const network = createUpstreamClient({ ticker, chooseProxy: proxiesOf(environment) });
  const parts = {
    dialects,
    signer: createSigner(authSchemes),
    upstream: withLocalTransports(network),
    clock: systemClock,
  };
  return { tryProvider: createProviderTrial(parts), listProviderModels: createModelLister(parts) };
}

const trialTickMs = 50;

/** On a terminal a link signs in the person that starts the gateway; settings that weaken sessions are warned of. */
async function openSignIn(parts: Parts, { configuration, signInUrl }: ControlPlane): Promise<void> {
  if (configuration.content().settings.insecureSessions === true)
    parts.log.warn(
      {},
      "settings.insecure_sessions: whoever reads along with plain HTTP can act as whoever is signed in",
    );
  parts.showOnTerminal?.([`Dashboard:    ${await signInUrl()}  (signs you in once, within 10 minutes)`]);
}

async function reload(configuration: Configuration, file: FileReader): ReturnType<Control["reload"]> {
  try {
    await load(configuration, file, file.read());
    return { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

async function load(configuration: Configuration, file: FileReader, entries: FileEntries): Promise<void> {
  await configuration.load(entries);
  file.keep(entries);
}

/** Waits for the tokens of providers, so that no key is missing from the first snapshot. */
async function firstLoad(plane: ControlPlane, file: FileReader, entries: FileEntries): Promise<void> {
  await load(plane.configuration, file, entries);
  await plane.tokens.settled(firstTokensMs);
}

/** The smallest sequence that every connected worker has; undefined while none is connected. */
function leastAcknowledged(server: SnapshotServer | undefined): number | undefined {
  const acknowledged = (server?.workers() ?? []).map((worker) => worker.acknowledged);
  return acknowledged.length === 0 ? undefined : Math.min(...acknowledged);
}
