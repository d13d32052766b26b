import type { Readiness } from "#metrics/process-metrics";
import { type AdminToken, adminTokenRoutes } from "./admin-token";
import { withDocuments } from "./openapi";
import { readinessRoutes } from "./readiness";
import { auditRoutes } from "./resources/audit";
import { type BudgetParts, budgetRoutes } from "./resources/budgets";
import { customerRoutes } from "./resources/customers";
import { eventRoutes } from "./resources/events";
import { limitRoutes } from "./resources/limits";
import { type LogParts, logRoutes } from "./resources/logs";
import { type MeParts, meRoutes } from "./resources/me";
import { metricsRoutes } from "./resources/metrics";
import { type ModelParts, modelRoutes } from "./resources/models";
import { type ProviderKeyParts, providerKeyRoutes } from "./resources/provider-keys";
import { type ProviderParts, providerRoutes } from "./resources/providers";
import { type RecalculationParts, recalculationRoutes } from "./resources/recalculations";
import { type RouteParts, routeRoutes } from "./resources/routes";
import { type SettingsParts, settingsRoutes } from "./resources/settings";
import { type SpendParts, spendRoutes } from "./resources/spend";
import { statsRoutes } from "./resources/stats";
import { type TargetParts, targetRoutes } from "./resources/targets";
import { teamRoutes } from "./resources/teams";
import { type VirtualKeyParts, virtualKeyRoutes } from "./resources/virtual-keys";
import type { ApiRoute } from "./route";

export type AdminParts = ProviderParts &
  ProviderKeyParts &
  RouteParts &
  VirtualKeyParts &
  ModelParts &
  SettingsParts &
  MeParts &
  BudgetParts &
  SpendParts &
  TargetParts &
  LogParts &
  RecalculationParts &
  Parameters<typeof metricsRoutes>[0] & { readonly readiness: () => Readiness; readonly token: AdminToken };

/** The whole of the control plane's HTTP surface, as a table. */
export function apiRoutes(parts: AdminParts): readonly ApiRoute[] {
  return withDocuments([
    ...providerRoutes(parts),
    ...providerKeyRoutes(parts),
    ...routeRoutes(parts),
    ...virtualKeyRoutes(parts),
    ...teamRoutes(parts),
    ...customerRoutes(parts),
    ...limitRoutes(parts),
    ...budgetRoutes(parts),
    ...spendRoutes(parts),
    ...eventRoutes(parts),
    ...modelRoutes(parts),
    ...settingsRoutes(parts),
    ...logRoutes(parts),
    ...statsRoutes(parts),
    ...recalculationRoutes(parts),
    ...meRoutes(parts),
    ...adminTokenRoutes(parts.token),
    ...auditRoutes(parts),
    ...targetRoutes(parts),
    ...metricsRoutes(parts),
    ...readinessRoutes(parts),
  ]);
}
