import { adminTokenRoutes } from "./admin-token";
import { withDocuments } from "./documents";
import { readinessRoutes } from "./readiness";
import { auditRoutes } from "./resources/audit";
import { budgetRoutes } from "./resources/budgets";
import { catalogRoutes } from "./resources/catalog";
import { configurationRoutes } from "./resources/configuration";
import { customerRoutes } from "./resources/customers";
import { dialectRoutes } from "./resources/dialects";
import { eventRoutes } from "./resources/events";
import { knownProviderRoutes } from "./resources/known-providers";
import { limitRoutes } from "./resources/limits";
import { logRoutes } from "./resources/logs";
import { meRoutes } from "./resources/me";
import { metricsRoutes } from "./resources/metrics";
import { modelRoutes } from "./resources/models";
import { playgroundTokenRoutes } from "./resources/playground-tokens";
import { providerKeyRoutes } from "./resources/provider-keys";
import { providerModelRoutes } from "./resources/provider-models";
import { providerTestRoutes } from "./resources/provider-tests";
import { providerRoutes } from "./resources/providers";
import { rateLimitRoutes } from "./resources/rate-limits";
import { recalculationRoutes } from "./resources/recalculations";
import { routeRoutes } from "./resources/routes";
import { searchRoutes } from "./resources/search";
import { sessionRoutes } from "./resources/sessions";
import { settingsRoutes } from "./resources/settings";
import { spendRoutes } from "./resources/spend";
import { statsRoutes } from "./resources/stats";
import { systemRoutes } from "./resources/system";
import { targetRoutes } from "./resources/targets";
import { teamRoutes } from "./resources/teams";
import { virtualKeyRoutes } from "./resources/virtual-keys";
import { bulkKeyRoutes } from "./resources/virtual-keys-bulk";
import type { ApiRoute } from "./route";
import type { ApiServices } from "./services";

/** The whole of the control plane's HTTP surface, as a table. Of two paths that fit a request the first counts. */
export function apiRoutes(services: ApiServices): readonly ApiRoute[] {
  return withDocuments([
    ...servingRoutes(services),
    ...keyRoutes(services),
    ...spendingRoutes(services),
    ...modelRoutes(services),
    ...catalogRoutes(services),
    ...searchRoutes(services),
    ...settingsRoutes(services),
    ...configurationRoutes(services),
    ...recordRoutes(services),
    ...meRoutes(services),
    ...operationRoutes(services),
  ]);
}

/** What requests are served with. */
function servingRoutes(services: ApiServices): readonly ApiRoute[] {
  return [
    ...knownProviderRoutes(services),
    ...dialectRoutes(),
    ...providerTestRoutes(services),
    ...providerModelRoutes(services),
    ...providerRoutes(services),
    ...providerKeyRoutes(services),
    ...routeRoutes(services),
  ];
}

/** Virtual keys and the scopes above them. */
function keyRoutes(services: ApiServices): readonly ApiRoute[] {
  return [
    ...bulkKeyRoutes(services),
    ...virtualKeyRoutes(services),
    ...teamRoutes(services),
    ...customerRoutes(services),
    ...limitRoutes(services),
  ];
}

function spendingRoutes(services: ApiServices): readonly ApiRoute[] {
  return [...budgetRoutes(services), ...rateLimitRoutes(services), ...spendRoutes(services), ...eventRoutes(services)];
}

function recordRoutes(services: ApiServices): readonly ApiRoute[] {
  return [...logRoutes(services), ...statsRoutes(services), ...recalculationRoutes(services)];
}

function operationRoutes(services: ApiServices): readonly ApiRoute[] {
  return [
    ...adminTokenRoutes(services),
    ...sessionRoutes(services),
    ...playgroundTokenRoutes(services),
    ...auditRoutes(services),
    ...targetRoutes(services),
    ...systemRoutes(services),
    ...metricsRoutes(services),
    ...readinessRoutes(services),
  ];
}
