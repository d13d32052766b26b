import type { AdminRoute } from "./admin-route";
import { type AdminToken, adminTokenRoutes } from "./admin-token";
import { logRoutes } from "./logs";
import { type MeParts, meRoutes } from "./me";
import { metricsRoutes } from "./metrics";
import { type ModelParts, modelRoutes } from "./models";
import { withDocuments } from "./openapi";
import { type ProviderKeyParts, providerKeyRoutes } from "./provider-keys";
import { type ProviderParts, providerRoutes } from "./providers";
import { type Readiness, readinessRoutes } from "./readiness";
import { type RouteParts, routeRoutes } from "./routes-resource";
import { type SettingsParts, settingsRoutes } from "./settings";
import { type VirtualKeyParts, virtualKeyRoutes } from "./virtual-keys";

export type AdminParts = ProviderParts &
  ProviderKeyParts &
  RouteParts &
  VirtualKeyParts &
  ModelParts &
  SettingsParts &
  MeParts &
  Parameters<typeof logRoutes>[0] &
  Parameters<typeof metricsRoutes>[0] & { readonly readiness: () => Readiness; readonly token: AdminToken };

/** The whole of the control plane's HTTP surface, as a table. */
export function adminRoutes(parts: AdminParts): readonly AdminRoute[] {
  return withDocuments([
    ...providerRoutes(parts),
    ...providerKeyRoutes(parts),
    ...routeRoutes(parts),
    ...virtualKeyRoutes(parts),
    ...modelRoutes(parts),
    ...settingsRoutes(parts),
    ...logRoutes(parts),
    ...meRoutes(parts),
    ...adminTokenRoutes(parts.token),
    ...metricsRoutes(parts),
    ...readinessRoutes(parts),
  ]);
}
