import { createAdminToken } from "#api/admin-token";
import { type BaseUrlParts, createBaseUrl } from "#api/base-url";
import { createFront } from "#api/front";
import { type ApiHandler, createApiHandler } from "#api/handler";
import { createIdempotentPosts } from "#api/idempotency";
import { createInferenceForward } from "#api/inference-forward";
import { createRefusalNotes, type RefusalNotes } from "#api/refusal-notes";
import { shownRows } from "#api/resources/configured-targets";
import { makeSignInUrl } from "#api/resources/sessions";
import type { ApiRoute } from "#api/route";
import type { ApiServices } from "#api/services";
import { createHolds, createSignInDesk } from "#api/sign-in";
import { createSignIns, type SignIns } from "#api/sign-ins";
import { createTokenCheck, type TokenCheck } from "#api/token-check";
import { fetchCatalog } from "#catalog/fetch-catalog";
import type { KeptCatalog } from "#catalog/kept-catalog";
import { type CatalogKeeper, createCatalogKeeper, openApplied } from "#catalog-updates/catalog-keeper";
import { createHeldDoubts } from "#config-check/held-doubts";
import type { Clock } from "#core/clock";
import type { KeptTokens } from "#credentials/kept-tokens";
import { createTokenKeeper, type TokenKeeper } from "#credentials/token-keeper";
import type { LedgerAdmin } from "#ledger/admin";
import { sleep } from "#lib/sleep";
import { type BudgetWatch, createBudgetWatch } from "#limits/budget-watch";
import { createOverrideEnd, type OverrideEnd } from "#limits/override-end";
import { keyHealthName } from "#metrics/health-name";
import { keyRefusals } from "#metrics/key-metrics";
import { budgetUses } from "#metrics/limit-metrics";
import type { ProcessFacts } from "#metrics/process-metrics";
import { createScrape } from "#metrics/scrape";
import { createPage } from "#page/page";
import type { PageSource } from "#page/page-source";
import { afterKeyAccepted } from "#routing/health";
import { createSessions, type Sessions } from "#sessions/sessions";
import { createSignInLinks } from "#sessions/sign-in-link";
import { createSignInThrottle } from "#sessions/sign-in-throttle";
import { type Configuration, type ConfigurationParts, createConfiguration } from "#snapshot/configuration";
import { createLentTokens } from "#snapshot/lent-tokens";
import { createLimitSlots } from "#snapshot/limit-slots";
import type { Log } from "#telemetry/log";

export type ControlPlaneParts = Pick<
  ApiServices,
  | "store"
  | "audit"
  | "definitions"
  | "resolveSecret"
  | "tryProvider"
  | "listProviderModels"
  | "issueToken"
  | "system"
  | "systemFacts"
  | "logs"
  | "onRecords"
  | "newId"
> & {
  readonly catalog: KeptCatalog;
  /** Where tokens outlive this process. */
  readonly keptTokens: KeptTokens;
  readonly ledger: LedgerAdmin;
  readonly clock: Pick<Clock, "nowMs" | "machineMs">;
  /** Takes the place of a stored admin token. */
  readonly adminToken: string | undefined;
  /** Brings a change to the workers. */
  readonly publish: ConfigurationParts["publish"];
  /** The smallest sequence that every connected worker has; undefined while none is connected. */
  readonly acknowledged: () => number | undefined;
  readonly generateFileKey: ConfigurationParts["generateFileKey"];
  readonly objectSecret?: ConfigurationParts["objectSecret"];
  readonly processes: () => ProcessFacts;
  /** The dashboard's built files. */
  readonly page: PageSource;
  /** Where the dashboard is reached from this machine, e.g. `http://localhost:8080`. */
  readonly url: string;
  /** Where the gateway takes requests for models. */
  readonly inference: Omit<BaseUrlParts, "publicUrl">;
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
  /** Has the API's code read, which its first request would wait for. */
  readonly loadApi: () => Promise<unknown>;
  readonly refusals: RefusalNotes;
  readonly budgetWatch: BudgetWatch;
  readonly overrideEnd: OverrideEnd;
  readonly sessions: Sessions;
  readonly catalogKeeper: CatalogKeeper;
  /** Of providers' keys that have credentials. */
  readonly tokens: TokenKeeper;
  /** Makes a one-time link that signs in as the admin. */
  readonly signInUrl: () => Promise<string>;
};

export async function createControlPlane(parts: ControlPlaneParts): Promise<ControlPlane> {
  const { store, ledger, audit, log, newId } = parts;
  const { nowMs } = parts.clock;
  const lentTokens = createLentTokens(nowMs);
  const tokens = createTokens(parts, () => configuration);
  const configuration = await createConfiguration({
    ...parts,
    tokens,
    lentTokens,
    slots: await createLimitSlots({ store, ledger, nowMs, acknowledged: parts.acknowledged }),
    nowMs,
    catalogVersion: parts.catalog.live.version,
    warn: (fields, message) => log.warn(fields, message),
  });
  const catalogKeeper = createCatalogKeeper({
    ...parts.catalog,
    settings: store.settings,
    audit,
    configuration,
    fetchCatalog,
    startError: await openApplied(parts.catalog.live, store.settings),
    nowMs,
    log,
  });
  const refusals = createRefusalNotes(audit, nowMs);
  const signIns = createSignIns(audit, nowMs, (err) => log.error({ err }, "Cannot note a sign-in"));
  const own = { ...(await createSignedIn(parts, configuration, signIns)), lentTokens, catalogKeeper, tokens };
  const routes = createRoutes(parts, configuration, own);
  return {
    configuration,
    handler: createHandler(parts, configuration, { refusals, signIns, own, routes }),
    loadApi: routes,
    sessions: own.sessions,
    catalogKeeper,
    tokens,
    signInUrl: async () => (await makeSignInUrl(own)).url,
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

/** Tokens of providers: a new one is on the workers at once, and a key that was refused with the old one is tried again. */
function createTokens(
  { audit, clock, issueToken, keptTokens, ledger, log }: ControlPlaneParts,
  configuration: () => Configuration,
): TokenKeeper {
  const { nowMs } = clock;
  return createTokenKeeper({
    issue: issueToken,
    nowMs,
    sleep: (ms) => sleep(ms, new AbortController().signal),
    kept: keptTokens.read(),
    keep: keptTokens.write,
    onChange: async (label) => {
      try {
        await configuration().retoken();
        const slash = label.indexOf("/");
        const row = ledger.health.row(keyHealthName(label.slice(0, slash), label.slice(slash + 1)));
        ledger.health.update(row, afterKeyAccepted);
      } catch (err) {
        log.error({ err, key: label }, "Cannot bring a provider's new token to the workers");
      }
    },
    onProblem: (label, problem) => {
      const event = { action: "provider_key.token", resource: { type: "provider_key", id: label, name: label } };
      const changes = { token: problem === undefined ? "fetched again" : `not fetched: ${problem}` };
      if (problem === undefined) log.info({ key: label }, "a provider's token could be fetched again");
      else log.warn({ key: label, reason: problem }, "a provider's token cannot be fetched");
      audit.note({ actor: "control_plane" }, { ...event, changes }).catch((err: unknown) => {
        log.error({ err }, "Cannot note what became of a provider's token");
      });
    },
  });
}

/** The API's table. Its code is a third of this process's: workers that start need not wait until it is read. */
function createRoutes(
  parts: ControlPlaneParts,
  configuration: Configuration,
  own: Own,
): () => Promise<readonly ApiRoute[]> {
  let routes: Promise<readonly ApiRoute[]> | undefined;
  const load = async () => (await import("#api/routes")).apiRoutes(createApiServices(parts, configuration, own));
  return () => {
    routes ??= load();
    return routes;
  };
}

type HandlerParts = {
  readonly refusals: RefusalNotes;
  readonly signIns: SignIns;
  readonly own: Own;
  readonly routes: () => Promise<readonly ApiRoute[]>;
};

function createHandler(parts: ControlPlaneParts, configuration: Configuration, handling: HandlerParts): ApiHandler {
  const { refusals, signIns, own, routes } = handling;
  const { store, newId, log, checkResponses } = parts;
  const { nowMs } = parts.clock;
  const settings = () => configuration.content().settings;
  const visitRules = () => {
    const { trustedProxies, publicUrl, insecureSessions = false } = settings();
    return { tls: parts.tls, trustedProxies, insecureSessions, ...(publicUrl !== undefined && { publicUrl }) };
  };
  const api = createApiHandler({
    routes,
    token: own.token,
    sessions: own.sessions,
    checkToken: own.checkToken,
    metricsTokenHash: () => settings().metricsTokenHash,
    visitRules,
    posts: createIdempotentPosts(store.keptAnswers, nowMs),
    signIns,
    refusals,
    newId,
    log,
    checkResponses,
  });
  const { apart: listens } = parts.inference;
  const forward = listens && createInferenceForward({ listens, lentTokens: own.lentTokens, log });
  return createFront({ api, page: createPage(parts.page), visitRules, forward });
}

type SignedIn = Pick<ApiServices, "token" | "sessions" | "links" | "signIn" | "signOut" | "pageUrl" | "baseUrl"> & {
  readonly checkToken: TokenCheck;
};

/** What only the API uses. */
type Own = SignedIn & Pick<ApiServices, "lentTokens" | "catalogKeeper" | "tokens">;

/** Who is signed in, and how one signs in. */
async function createSignedIn(
  { store, audit, clock, newId, url, inference, adminToken }: ControlPlaneParts,
  configuration: Configuration,
  signIns: SignIns,
): Promise<SignedIn> {
  const { nowMs } = clock;
  const token = await createAdminToken(store.settings, audit, adminToken);
  const holds = createHolds({ token, store, configuration, nowMs });
  const sessions = createSessions({ store: store.sessions, holds, newId, nowMs });
  const links = createSignInLinks({ settings: store.settings, proof: token.proof, nowMs });
  const throttle = createSignInThrottle(nowMs, (ms) => sleep(ms, new AbortController().signal));
  const desk = createSignInDesk({ token, sessions, links, throttle, signIns, audit, store, configuration, nowMs });
  const publicUrl = () => configuration.content().settings.publicUrl;
  const baseUrl = createBaseUrl({ ...inference, publicUrl });
  const checkToken = createTokenCheck(throttle);
  return { token, sessions, links, checkToken, ...desk, pageUrl: () => publicUrl() ?? url, baseUrl };
}

function createApiServices(
  { ledger, clock, processes, ...parts }: ControlPlaneParts,
  configuration: Configuration,
  own: Own,
): ApiServices {
  const { nowMs, machineMs } = clock;
  const { readSlot, readWindow, health } = ledger;
  const shownHealth = () => shownRows(health.list(), configuration.content(), parts.catalog.live);
  return {
    ...parts,
    ...own,
    configuration,
    catalog: parts.catalog.live,
    doubts: createHeldDoubts(parts.catalog.live, configuration.content),
    nowMs,
    machineMs,
    readSlot,
    readWindow,
    health: shownHealth,
    healthTable: health,
    families: createScrape({
      columns: ledger.columns,
      processes,
      holds: ledger.holds,
      budgets: () => budgetUses(configuration.content(), readSlot, nowMs()),
      keys: () => keyRefusals(configuration.content(), ledger.refusals),
      health: shownHealth,
      machineMs,
    }),
    readiness: () => ({
      ...processes().readiness,
      catalogProblem: own.catalogKeeper.problem(),
      tokenProblems: own.tokens.problems(),
    }),
  };
}
