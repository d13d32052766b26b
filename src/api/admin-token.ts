import * as z from "zod";
import type { AuditTrail, KeptBody } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { adminTokenPrefix, generateVirtualKey, hashSecret, sameHash } from "#core/virtual-key";
import type { Sessions } from "#sessions/sessions";
import type { SignInLinks } from "#sessions/sign-in-link";
import type { SettingsRepository } from "#store/config/repositories";
import { noInput } from "./input";
import { ok } from "./response";
import { type ApiRoute, route } from "./route";

/** The one token that opens the admin API. */
export type AdminToken = {
  readonly matches: (secretHash: string) => boolean;
  /** Of some other secret and this token, which it does not give away. Undefined while there is no token. */
  readonly proof: (secret: string) => string | undefined;
  /** Makes a new token, which alone is valid from then on. Throws `conflict` where the environment sets it. */
  readonly reset: (origin: Origin, keep: (made: NewToken) => KeptBody) => Promise<NewToken>;
};

/** In characters, as NIST SP 800-63B § 3.1.1 has it for secrets that are typed: a shorter one is guessed, however slowed. */
const shortestToken = 8;

const view = z.strictObject({ token: z.string().meta({ description: "It is never shown again." }) });

type NewToken = z.output<typeof view>;

/** `fromEnvironment` (`HEADGATE_ADMIN_TOKEN`) takes the place of a stored token. */
export async function createAdminToken(
  settings: SettingsRepository,
  audit: AuditTrail,
  fromEnvironment: string | undefined,
): Promise<AdminToken> {
  if (fromEnvironment !== undefined && fromEnvironment !== "" && fromEnvironment.length < shortestToken) {
    const found = `${fromEnvironment.length} characters, at least ${shortestToken} are needed`;
    throw new Error(`Cannot use HEADGATE_ADMIN_TOKEN: it has ${found} (openssl rand -hex 24)`);
  }
  const fixed = fromEnvironment === undefined || fromEnvironment === "" ? undefined : hashSecret(fromEnvironment);
  let hash = fixed ?? (await settings.fact("admin_token_hash"));
  return {
    matches: (secretHash) => hash !== undefined && sameHash(hash, secretHash),
    proof: (secret) => (hash === undefined ? undefined : hashSecret(`${secret} ${hash}`)),
    reset: async (origin, keep) => {
      if (fixed !== undefined) {
        throw new ControlError(
          "conflict",
          "Cannot reset the admin token: HEADGATE_ADMIN_TOKEN sets it, change it there and restart",
        );
      }
      const made = { token: generateVirtualKey(adminTokenPrefix) };
      await audit.commit(origin, async () => {
        await settings.setFact("admin_token_hash", hashSecret(made.token));
        const resource = { type: "admin", id: "admin_token" };
        return { result: undefined, kept: keep(made), event: { action: "admin.reset_token", resource } };
      });
      hash = hashSecret(made.token);
      return made;
    },
  };
}

type Services = {
  readonly token: AdminToken;
  readonly sessions: Pick<Sessions, "endAll">;
  readonly links: Pick<SignInLinks, "end">;
};

export function adminTokenRoutes({ token, sessions, links }: Services): readonly ApiRoute[] {
  return [
    route({
      method: "POST",
      path: "/api/admin/reset-token",
      summary: "Replace the admin token and end all sessions of the old one; the answer shows the new one, once",
      permission: "admin-token:edit",
      input: noInput,
      response: ok(view),
      handle: async ({ origin, keep }) => {
        const made = await token.reset(origin, keep);
        // What was begun with the token before opens nothing any more: answers that go on end too.
        await sessions.endAll("admin");
        await links.end();
        return made;
      },
    }),
  ];
}
