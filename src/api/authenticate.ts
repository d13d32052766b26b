import type { Actor } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { adminTokenPrefix, hashSecret, sameHash, virtualKeyPrefix } from "#core/virtual-key";
import { csrfTokenOf } from "#sessions/session-secret";
import type { Sessions } from "#sessions/sessions";
import type { AdminToken } from "./admin-token";
import { assertCsrfToken, assertFromOwnPage } from "./own-pages";
import type { Peer } from "./peer";
import type { Access, LiveSession } from "./route";
import { readCookie, sessionCookieOf } from "./session-cookie";
import type { TokenCheck } from "./token-check";
import type { Visit, VisitRules } from "./visit";

export type Credentials = {
  readonly token: Pick<AdminToken, "matches">;
  /** SHA-256 of the token that opens `/metrics` alone. */
  readonly metricsTokenHash: () => string | undefined;
  readonly sessions: Pick<Sessions, "find">;
  readonly checkToken: TokenCheck;
};

/** Who sends a request, and by what right. */
export type Caller = {
  readonly actor: Actor;
  /** SHA-256 of the secret that was presented, or that the session of a virtual key was begun with. */
  readonly secretHash?: string;
  readonly session?: LiveSession;
};

/** How a request reached us. */
export type Reached = {
  readonly peer: Peer;
  /** Its address, as far as it is known. */
  readonly client?: string;
  readonly visit: Visit;
  readonly rules: VisitRules;
};

/**
 * Finds out for whom a request speaks: a token that it shows, the control socket that it came over, or the session of its
 * cookie. A token that is shown counts alone. Throws `unauthenticated` where nothing opens the route, `forbidden` where a
 * session is another's than the route's, and 403 `csrf`.
 */
export function createAuthenticate(credentials: Credentials) {
  const { sessions } = credentials;

  const findSession = async (request: Request, { visit, rules }: Reached): Promise<LiveSession | undefined> => {
    const cookie = sessionCookieOf(visit, rules.insecureSessions);
    const secret = cookie === undefined ? undefined : readCookie(request.headers.get("cookie"), cookie.name);
    if (secret === undefined) return undefined;
    assertFromOwnPage(request, visit, rules.publicUrl);
    const session = await sessions.find(secret);
    if (session === undefined) throw new ControlError("unauthenticated", "Cannot let you in: the session has ended");
    const csrfToken = csrfTokenOf(secret);
    assertCsrfToken(request, csrfToken);
    return { ...session, csrfToken };
  };

  return async (access: Access, request: Request, reached: Reached): Promise<Caller> => {
    const { peer } = reached;
    if (access === "open") return { actor: "anonymous" };
    const secretHash = presentedHash(request.headers);
    if (secretHash !== undefined && access !== "session") {
      const caller = await byToken(access, secretHash, reached, credentials);
      if (caller !== undefined) return caller;
      throw new ControlError("unauthenticated", `Cannot let you in: ${whatItIs(presentedSecret(request.headers))}`);
    }
    const needsSecret = access === "virtual-key" || access === "session";
    if (peer.trusted && !needsSecret) return { actor: "control_socket" };
    // Metrics are asked for by any host name, and by programs: no cookie opens them.
    const session = access === "metrics" ? undefined : await findSession(request, reached);
    if (session !== undefined) return bySession(access, session);
    if (access === "virtual-key") return { actor: "virtual_key" };
    throw new ControlError("unauthenticated", `Cannot let you in: ${needs[access]}`);
  };
}

const needs = {
  admin: "send the admin token as Authorization: Bearer, or sign in",
  metrics: "send the admin token as Authorization: Bearer",
  session: "nobody is signed in",
} as const;

async function byToken(
  access: Access,
  secretHash: string,
  { peer, client = "" }: Reached,
  { token, metricsTokenHash, checkToken }: Credentials,
): Promise<Caller | undefined> {
  if (access === "virtual-key") return { actor: "virtual_key", secretHash };
  if (peer.trusted) return { actor: "control_socket", secretHash };
  const actor = await checkToken(client, secretHash, () => {
    const metricsHash = access === "metrics" ? metricsTokenHash() : undefined;
    if (metricsHash !== undefined && sameHash(metricsHash, secretHash)) return "metrics_token";
    return token.matches(secretHash) ? "admin_token" : undefined;
  });
  return actor && { actor, secretHash };
}

/** Why a secret opens nothing here, without showing it. */
function whatItIs(secret: string): string {
  if (!secret.startsWith(virtualKeyPrefix)) return "the token is not the admin token";
  return `a virtual key (${virtualKeyPrefix}…) opens models and /api/me, the admin token (${adminTokenPrefix}…) is needed`;
}

function bySession(access: Access, session: LiveSession): Caller {
  const { principal } = session;
  switch (principal.kind) {
    case "admin":
      if (access === "virtual-key")
        throw new ControlError("forbidden", "Cannot show the virtual key: the admin is signed in, and no virtual key");
      return { actor: "admin_session", session };
    case "virtual_key":
      if (access !== "virtual-key" && access !== "session")
        throw new ControlError("forbidden", "Cannot let you in: a virtual key is signed in, which opens /api/me alone");
      return { actor: "virtual_key", secretHash: principal.hash, session };
  }
}

/** SHA-256 of the secret in `authorization: Bearer`, or in `x-api-key`, which clients of `/api/me` may already send. */
export function presentedHash(headers: Headers): string | undefined {
  const secret = presentedSecret(headers);
  return secret === "" ? undefined : hashSecret(secret);
}

function presentedSecret(headers: Headers): string {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  return bearer ?? headers.get("x-api-key") ?? "";
}
