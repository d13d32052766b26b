import { adminTokenPrefix, generateVirtualKey, hashSecret, sameHash } from "#core/virtual-key";
import type { ConfigStore } from "#store/config/config-store";
import { type AdminRoute, json } from "./admin-route";
import { Refusal } from "./refusal";

/** The one token that opens the admin API. */
export type AdminToken = {
  readonly matches: (secretHash: string) => boolean;
  /** Makes a new token, which alone is valid from then on, and returns it. Throws a refusal where the environment sets it. */
  readonly reset: () => Promise<string>;
};

/** `fromEnvironment` (`HEADGATE_ADMIN_TOKEN`) takes the place of a stored token. */
export async function createAdminToken(store: ConfigStore, fromEnvironment: string | undefined): Promise<AdminToken> {
  const fixed = fromEnvironment === undefined || fromEnvironment === "" ? undefined : hashSecret(fromEnvironment);
  let hash = fixed ?? (await store.fact("admin_token_hash"));
  return {
    matches: (secretHash) => hash !== undefined && sameHash(hash, secretHash),
    reset: async () => {
      if (fixed !== undefined) {
        throw new Refusal(
          409,
          "Cannot reset the admin token: HEADGATE_ADMIN_TOKEN sets it, change it there and restart",
        );
      }
      const token = generateVirtualKey(adminTokenPrefix);
      hash = hashSecret(token);
      await store.setFact("admin_token_hash", hash);
      return token;
    },
  };
}

export function adminTokenRoutes(token: AdminToken): readonly AdminRoute[] {
  return [
    {
      method: "POST",
      path: "/api/admin/reset-token",
      summary: "Replace the admin token; the answer shows the new one, once",
      access: "admin",
      handle: async () => json({ token: await token.reset() }),
    },
  ];
}
