import type { AdminRoute } from "./admin-route";
import { type AdminToken, adminTokenRoutes } from "./admin-token";
import { auditRoutes } from "./audit";
import { type BudgetParts, budgetRoutes } from "./budgets";
import { customerRoutes } from "./customers";
import { eventRoutes } from "./events";
import { limitRoutes } from "./limits";
import { type LogParts, logRoutes } from "./logs";
import { type MeParts, meRoutes } from "./me";
import { metricsRoutes } from "./metrics";
import { type ModelParts, modelRoutes } from "./models";
import { withDocuments } from "./openapi";
import { type ProviderKeyParts, providerKeyRoutes } from "./provider-keys";
import { type ProviderParts, providerRoutes } from "./providers";
import { type Readiness, readinessRoutes } from "./readiness";
import { type RecalculationParts, recalculationRoutes } from "./recalculations";
import { type RouteParts, routeRoutes } from "./routes-resource";
import { type SettingsParts, settingsRoutes } from "./settings";
import { type SpendParts, spendRoutes } from "./spend";
import { statsRoutes } from "./stats";
import { type TargetParts, targetRoutes } from "./targets";
import { teamRoutes } from "./teams";
import { type VirtualKeyParts, virtualKeyRoutes } from "./virtual-keys";

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
export function adminRoutes(parts: AdminParts): readonly AdminRoute[] {
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
