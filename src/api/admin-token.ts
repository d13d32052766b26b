import type { AuditTrail } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { adminTokenPrefix, generateVirtualKey, hashSecret, sameHash } from "#core/virtual-key";
import type { ConfigStore } from "#store/config/config-store";
import { type ApiResponse, type ApiRoute, json } from "./route";

/** The one token that opens the admin API. */
export type AdminToken = {
  readonly matches: (secretHash: string) => boolean;
  /** Makes a new token, which alone is valid from then on, and shows it. Throws a refusal where the environment sets it. */
  readonly reset: (origin: Origin) => Promise<ApiResponse>;
};

/** `fromEnvironment` (`HEADGATE_ADMIN_TOKEN`) takes the place of a stored token. */
export async function createAdminToken(
  store: ConfigStore,
  audit: AuditTrail,
  fromEnvironment: string | undefined,
): Promise<AdminToken> {
  const fixed = fromEnvironment === undefined || fromEnvironment === "" ? undefined : hashSecret(fromEnvironment);
  let hash = fixed ?? (await store.settings.fact("admin_token_hash"));
  return {
    matches: (secretHash) => hash !== undefined && sameHash(hash, secretHash),
    reset: async (origin) => {
      if (fixed !== undefined) {
        throw new ControlError(
          "conflict",
          "Cannot reset the admin token: HEADGATE_ADMIN_TOKEN sets it, change it there and restart",
        );
      }
      const token = generateVirtualKey(adminTokenPrefix);
      const answer = json({ token });
      await audit.commit(origin, async () => {
        await store.settings.setFact("admin_token_hash", hashSecret(token));
        const resource = { type: "admin", id: "admin_token" };
        return { result: answer, kept: answer, event: { action: "admin.reset_token", resource } };
      });
      hash = hashSecret(token);
      return answer;
    },
  };
}

export function adminTokenRoutes(token: AdminToken): readonly ApiRoute[] {
  return [
    {
      method: "POST",
      path: "/api/admin/reset-token",
      summary: "Replace the admin token; the answer shows the new one, once",
      access: "admin",
      handle: async ({ origin }) => token.reset(origin),
    },
  ];
}
