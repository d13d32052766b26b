import { createAdminToken } from "#api/admin-token";
import { createFront } from "#api/front";
import { type ApiHandler, createApiHandler } from "#api/handler";
import { createIdempotentPosts } from "#api/idempotency";
import { createRefusalNotes, type RefusalNotes } from "#api/refusal-notes";
import { apiRoutes } from "#api/routes";
import type { ApiServices } from "#api/services";
import { createSignIns } from "#api/sign-ins";
import type { Clock } from "#core/clock";
import type { LedgerAdmin } from "#ledger/admin";
import { type BudgetWatch, createBudgetWatch } from "#limits/budget-watch";
import { createOverrideEnd, type OverrideEnd } from "#limits/override-end";
import { keyRefusals } from "#metrics/key-metrics";
import { budgetUses } from "#metrics/limit-metrics";
import type { ProcessFacts } from "#metrics/process-metrics";
import { createScrape } from "#metrics/scrape";
import { createPage } from "#page/page";
import type { PageSource } from "#page/page-source";
import { type Configuration, type ConfigurationParts, createConfiguration } from "#snapshot/configuration";
import { createLimitSlots } from "#snapshot/limit-slots";
import type { Log } from "#telemetry/log";

export type ControlPlaneParts = Pick<
  ApiServices,
  "store" | "audit" | "definitions" | "resolveSecret" | "tryProvider" | "catalog" | "logs" | "onRecords" | "newId"
> & {
  readonly ledger: LedgerAdmin;
  readonly clock: Pick<Clock, "nowMs" | "machineMs">;
  /** Takes the place of a stored admin token. */
  readonly adminToken: string | undefined;
  /** Brings a change to the workers. */
  readonly publish: ConfigurationParts["publish"];
  /** The smallest sequence that every connected worker has; undefined while none is connected. */
  readonly acknowledged: () => number | undefined;
  readonly generateFileKey: ConfigurationParts["generateFileKey"];
  readonly processes: () => ProcessFacts;
  /** The dashboard's built files. */
  readonly page: PageSource;
  /** Whether we serve TLS ourselves. */
  readonly tls: boolean;
  readonly log: Log;
  /** Holds every answer of the API to what its route declares. For tests. */
  readonly checkResponses: boolean;
};

/** The control plane without its process: no sockets, no files of its own, no timers. */
export type ControlPlane = {
  /** Nothing is configured before its first `load`. */
  readonly configuration: Configuration;
  readonly handler: ApiHandler;
  readonly refusals: RefusalNotes;
  readonly budgetWatch: BudgetWatch;
  readonly overrideEnd: OverrideEnd;
};

export async function createControlPlane(parts: ControlPlaneParts): Promise<ControlPlane> {
  const { store, ledger, audit, log, newId } = parts;
  const { nowMs } = parts.clock;
  const configuration = await createConfiguration({
    ...parts,
    slots: await createLimitSlots({ store, ledger, nowMs, acknowledged: parts.acknowledged }),
    nowMs,
    warn: (fields, message) => log.warn(fields, message),
  });
  const refusals = createRefusalNotes(audit, nowMs);
  return {
    configuration,
    handler: await createHandler(parts, configuration, refusals),
    refusals,
    budgetWatch: createBudgetWatch({
      events: store.budgetEvents,
      content: configuration.content,
      ledger,
      newId,
      nowMs,
    }),
    overrideEnd: createOverrideEnd({ allowances: store.allowances, configuration, nowMs }),
  };
}

async function createHandler(parts: ControlPlaneParts, configuration: Configuration, refusals: RefusalNotes) {
  const { store, audit, newId, log, checkResponses } = parts;
  const { nowMs } = parts.clock;
  const token = await createAdminToken(store.settings, audit, parts.adminToken);
  const settings = () => configuration.content().settings;
  const visitRules = () => {
    const { trustedProxies, publicUrl } = settings();
    return { tls: parts.tls, trustedProxies, ...(publicUrl !== undefined && { publicUrl }) };
  };
  const api = createApiHandler({
    routes: apiRoutes(createApiServices(parts, configuration, token)),
    token,
    metricsTokenHash: () => settings().metricsTokenHash,
    visitRules,
    posts: createIdempotentPosts(store.keptAnswers, nowMs),
    signIns: createSignIns(audit, nowMs, (err) => log.error({ err }, "Cannot note a sign-in")),
    refusals,
    newId,
    log,
    checkResponses,
  });
  return createFront({ api, page: createPage(parts.page), visitRules });
}

function createApiServices(
  { ledger, clock, processes, ...parts }: ControlPlaneParts,
  configuration: Configuration,
  token: ApiServices["token"],
): ApiServices {
  const { nowMs, machineMs } = clock;
  const { readSlot, readWindow, health } = ledger;
  return {
    ...parts,
    configuration,
    token,
    nowMs,
    machineMs,
    readSlot,
    readWindow,
    health: health.list,
    healthTable: health,
    families: createScrape({
      columns: ledger.columns,
      processes,
      holds: ledger.holds,
      budgets: () => budgetUses(configuration.content(), readSlot, nowMs()),
      keys: () => keyRefusals(configuration.content(), ledger.refusals),
      health: health.list,
      machineMs,
    }),
    readiness: () => processes().readiness,
  };
}
