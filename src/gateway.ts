import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keptCatalog } from "#catalog/kept-catalog";
import { type FollowedCatalog, followCatalog } from "#catalog/live-catalog";
import { channelProtocol } from "#channel/release";
import { connectSnapshot, type SnapshotClient } from "#channel/snapshot-client";
import { readEnvironment } from "#config/environment";
import type { WorkerOptions } from "#config/process-options";
import { systemClock } from "#core/clock";
import { createIdSource } from "#core/ids";
import type { Snapshot } from "#core/snapshot";
import { findDialect } from "#dialects/find-dialect";
import { dialectNames, dialects } from "#dialects/registry";
import { type AdmissionGate, createAdmissionGate } from "#governance/admission-gate";
import { createAuthorizer } from "#governance/authorize";
import { watchLoopDelay } from "#governance/loop-delay";
import { createRequestMetrics } from "#governance/request-metrics";
import { createWorkerGauges } from "#governance/worker-gauges";
import { createWrongKeys } from "#governance/wrong-keys";
import { createBufferBudget } from "#http/buffer-budget";
import { type ControlProxy, createControlProxy, ownViewOnly } from "#http/control-proxy";
import { createDataPlane } from "#http/data-plane";
import { createModelsEndpoint } from "#http/models";
import { openJournal, type WorkerJournal } from "#journal/append";
import type { Ledger } from "#ledger/ledger";
import { createMachineClock } from "#ledger/machine-clock";
import { metrics } from "#ledger/metric-layout";
import { openLedger } from "#ledger/open-ledger";
import { namesOf } from "#lib/names-of";
import { countOpenFiles, openFilesLimit } from "#lib/open-files";
import { sleep } from "#lib/sleep";
import { createTicker, type Ticker } from "#lib/ticker";
import { watchPlace } from "#lib/watch-place";
import { createMediaFetcher } from "#media/media-fetcher";
import { createKeptResponses, type KeptResponses } from "#objects/kept/kept-responses";
import { createPipeline } from "#pipeline";
import { authSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import { withLocalTransports } from "#providers/transports";
import { createBackgroundJobs } from "#relay/background";
import { createDrains, type Drains } from "#relay/drain";
import { errorResponse } from "#relay/error-response";
import { createFirstTokenWaits } from "#routing/first-token-waits";
import { healthSettings } from "#routing/health";
import { strategies, strategyNames } from "#routing/strategies/registry";
import { createTargetHealth } from "#routing/target-health";
import { startServer } from "#server/server";
import { watchDatabases } from "#system/database-problems";
import type { Log } from "#telemetry/log";
import { watchProcess } from "#telemetry/process-gauges";
import { TokenCounter } from "#tokens/token-counter";
import { quirks } from "#traits/quirks";
import { traitNames } from "#traits/read-traits";
import { createUpstreamClient } from "#upstream/client";
import { proxiesOf } from "#upstream/proxies";
import packageJson from "../package.json" with { type: "json" };

export type Worker = {
  /** Stops accepting, finishes running requests up to the time, and writes everything out. */
  readonly drain: (how: { readonly timeoutMs: number; readonly replaced: boolean }) => Promise<void>;
};

export type WorkerHooks = {
  /** How many errors in this process nothing handled. */
  readonly unhandledErrors?: () => number;
  /** Only tests hand in other openers, which fail or die at a chosen point. */
  readonly openLedger?: typeof openLedger;
  readonly openJournal?: typeof openJournal;
};

/** How often what may wait too long is looked at. */
const tickMs = 25;

/** Composition root of a worker: resolves when it listens and has a snapshot. */
export async function startWorker(options: WorkerOptions, log: Log, hooks: WorkerHooks = {}): Promise<Worker> {
  const open = { openLedger, openJournal, ...hooks };
  const { unhandledErrors = () => 0 } = hooks;
  const { client, first } = await receiveSnapshot(options, log);
  const snapshot = () => client.current() ?? first;
  const ledger = open.openLedger(options.ledgerFile, { worker: options.index, generation: options.generation });
  const journal = await open.openJournal({
    directory: options.journalDir,
    generation: options.generation,
    worker: options.index,
    durability: first.settings.durability,
    log,
  });
  const ticker = createTicker(tickMs, systemClock.monotonicMs);
  const endDelays = watchLoopDelay(ledger, ticker);
  const closing = new AbortController();
  const draining = new AbortController();
  const gate = createAdmissionGate(
    () => snapshot().settings,
    ticker,
    (ms) => ledger.observe(metrics.shedDelay, ms / 1000),
  );
  const drains = createDrains(ticker);
  const calls = callsOf(ticker, closing.signal);
  const parts = { options, log, snapshot, ledger, journal, gate, ticker, drains, calls, draining: draining.signal };
  const handler = createHandler(parts);
  const server = startServer({
    host: options.host,
    port: options.port,
    reusePort: true,
    listeners: options.workers,
    openFiles: { limit: openFilesLimit(), count: countOpenFiles },
    ...(options.tls === undefined ? {} : { tls: readTls(options.tls) }),
    handler,
    onCut: (err) => log.warn({ err }, "An answer was cut after its first byte"),
  });
  const gauges = watchProcess(() => {
    journal.replaceDeleted();
    publishGauges();
  });
  const publishGauges = createWorkerGauges({
    ledger,
    journal,
    queued: gate.queued,
    unhandledErrors,
    process: gauges.read,
  });

  return {
    drain: async ({ timeoutMs, replaced }) => {
      draining.abort();
      const drained = drains.end();
      await server.drain({ timeoutMs, replaced, onLate: () => closing.abort() });
      await drained;
      await calls.background.end();
      gauges.close();
      endDelays();
      await journal.close();
      publishGauges();
      client.close();
      ledger.close();
    },
  };
}

/** What providers are asked with. */
function callsOf(ticker: Ticker, closing: AbortSignal) {
  const network = createUpstreamClient({ ticker, closing, chooseProxy: proxiesOf(readEnvironment()) });
  const calls = { upstream: withLocalTransports(network), signer: createSigner(authSchemes) };
  // Apart from providers: addresses that clients name push none of theirs out.
  const web = createUpstreamClient({ ticker, closing, chooseProxy: proxiesOf(readEnvironment()) });
  const media = createMediaFetcher({ upstream: web, nowMs: ticker.nowMs });
  return { ...calls, media, background: createBackgroundJobs({ ...calls, sleep, clock: systemClock }) };
}

type Parts = {
  readonly options: WorkerOptions;
  readonly log: Log;
  readonly snapshot: () => Snapshot;
  readonly ledger: Ledger;
  readonly journal: WorkerJournal;
  readonly gate: AdmissionGate;
  readonly ticker: Ticker;
  readonly drains: Drains;
  readonly calls: ReturnType<typeof callsOf>;
  readonly draining: AbortSignal;
};

function createHandler({ calls, draining, drains, gate, journal, ledger, log, options, snapshot, ticker }: Parts) {
  const clock = { ...systemClock, machineMs: createMachineClock() };
  const random = Math.random;
  const { catalog, problem: catalogProblem } = catalogOf(options, snapshot, log);
  const authorizer = createAuthorizer();
  const wrongKeys = createWrongKeys();
  const newId = createIdSource(clock.nowMs);
  const requestMetrics = createRequestMetrics(ledger);
  const health = createTargetHealth(ledger.health, clock, random, healthSettings);
  const databaseProblems = watchDatabases(options.dataDir, clock.monotonicMs);
  const isLedgerInPlace = watchPlace(join(options.dataDir, "ledger"));
  const infer = createPipeline({
    ledger,
    journal,
    clock,
    worker: options.index,
    metrics: requestMetrics,
    gate,
    health,
    dialects,
    ...calls,
    snapshot,
    catalog,
    authorizer,
    wrongKeys,
    newId,
    random,
    sleep,
    ticker,
    drains,
    countTokens: new TokenCounter().count,
    waits: createFirstTokenWaits(),
    strategies,
    kept: keptIn(options, snapshot),
    onInternalError: (err) => {
      // One that fell back to another target ends with no error that would count it.
      if (err.code !== "internal_error" || err.options.fault !== undefined) requestMetrics.internalFault();
      log.error({ err }, "A request failed inside the gateway");
    },
  });
  return createDataPlane({
    dialects,
    infer,
    models: createModelsEndpoint({ dialects, snapshot, catalog, authorizer, newId, nowMs: clock.nowMs, wrongKeys }),
    refuse: (error, dialect, requestId) => {
      requestMetrics.refused(error);
      if (error.code === "internal_error") log.error({ err: error }, "A request failed inside the gateway");
      const id = newId();
      return errorResponse(error, findDialect(dialects, dialect), { id, requestId: requestId ?? id });
    },
    control: controlFor(options, draining),
    notReady: () => [
      ...(journal.healthy() ? [] : ["the journal cannot be written"]),
      ...(isLedgerInPlace()
        ? []
        : [`the ledger ${options.ledgerFile} was deleted or replaced: stop and start Headgate`]),
    ],
    warnings: () => [catalogProblem() ?? [], databaseProblems()].flat(),
    budget: createBufferBudget(() => snapshot().settings.maxBufferedBytes),
    ticker,
    maxBodyBytes: () => snapshot().settings.maxBodyBytes,
    cors: () => snapshot().settings.cors,
  });
}

/** Sessions live on the admin port alone; browsers send cookies to every port of a host. */
function controlFor({ adminListen, sockets }: WorkerOptions, draining: AbortSignal): ControlProxy {
  if (adminListen === undefined) return createControlProxy(sockets.control, { draining });
  return ownViewOnly(createControlProxy(sockets.control, { draining, without: ["cookie"] }));
}

/** What is kept here is in files that all workers see. */
function keptIn({ dataDir }: WorkerOptions, snapshot: () => Snapshot): KeptResponses {
  const secret = () => snapshot().settings.objectSecret;
  return createKeptResponses({ directory: join(dataDir, "responses"), secret, nowMs: systemClock.nowMs });
}

function catalogOf({ dataDir }: WorkerOptions, snapshot: () => Snapshot, log: Log): FollowedCatalog {
  return followCatalog(
    keptCatalog(dataDir).live,
    () => snapshot().settings.catalogVersion,
    (err) => log.error({ err }, "Cannot read the catalog that holds; the one before goes on"),
  );
}

function receiveSnapshot(options: WorkerOptions, log: Log): Promise<{ client: SnapshotClient; first: Snapshot }> {
  return new Promise((resolve) => {
    const client = connectSnapshot({
      socket: options.sockets.snapshot,
      worker: options.index,
      generation: options.generation,
      release: { version: packageJson.version, protocol: channelProtocol },
      known: {
        dialects: dialectNames,
        authSchemes: namesOf(authSchemes),
        quirks: namesOf(quirks),
        traits: traitNames,
        strategies: strategyNames,
      },
      // Called once the client is there, for nothing arrives before the event loop turns; later calls change nothing.
      onSnapshot: (first) => resolve({ client, first }),
      log,
    });
  });
}

function readTls({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }) {
  return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}
