import type { AuditTrail } from "#audit/audit-trail";
import type { Actor, Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { hashSecret } from "#core/virtual-key";
import { type Sessions, type SessionsParts, sessionAgeMs } from "#sessions/sessions";
import type { SignInLinks } from "#sessions/sign-in-link";
import type { SignInThrottle } from "#sessions/sign-in-throttle";
import type { ConfigStore } from "#store/config/config-store";
import {
  type SessionPrincipal,
  type SessionStart,
  type StoredSession,
  sessionOwner,
} from "#store/config/stored-session";
import type { AdminToken } from "./admin-token";
import { findOwnKey, type KeySources, mayBeSignedIn } from "./own-key";
import { HttpError } from "./problem";
import { type SessionCookie, sessionCookieOf } from "./session-cookie";
import type { SignIns } from "./sign-ins";
import type { Visit } from "./visit";

/** What a visitor presents to be signed in. */
export type Shown = { readonly token: string } | { readonly code: string };

export type SignedIn = { readonly session: StoredSession; readonly secret: string; readonly cookie: string };

/** Ends the session that asks for it, or with it all sessions of the same identity; of the admin also the one-time link. */
export type SignOut = (session: StoredSession, origin: Origin, everywhere: boolean) => Promise<void>;

/** Begins sessions. Throws `unauthenticated` for what is wrong, and 429 where too much of it was. */
export type SignIn = (shown: Shown, visit: Visit, origin: Origin) => Promise<SignedIn>;

export type SignInParts = KeySources & {
  readonly store: Pick<ConfigStore, "transaction">;
  readonly nowMs: () => number;
  readonly token: Pick<AdminToken, "matches" | "proof">;
  readonly sessions: Pick<Sessions, "begin" | "end" | "endAll">;
  readonly links: Pick<SignInLinks, "take" | "end">;
  readonly throttle: SignInThrottle;
  readonly audit: AuditTrail;
  readonly signIns: SignIns;
};

/** A right token or code: who it signs in. */
type Right = { readonly actor: Actor; readonly principal: (secret: string) => SessionPrincipal };

/** Where sessions begin, and end as those who began them wish. */
export function createSignInDesk(parts: SignInParts): { readonly signIn: SignIn; readonly signOut: SignOut } {
  const { store, configuration, sessions, links, throttle, token, audit, signIns, nowMs } = parts;

  const asAdmin: Right = {
    actor: "admin_session",
    principal: (secret) => ({ kind: "admin", proof: token.proof(secret) ?? "" }),
  };
  /** A holder of a key may come and go as often as they like, and must not fill the audit trail with it. */
  const note = async (
    verb: "sign_in" | "sign_out" | "sign_out_everywhere",
    { id, principal, from }: StoredSession,
    origin: Origin,
  ) => {
    const resource = { type: "session", id };
    const event = { action: `${principal.kind}.${verb}`, resource, changes: { via: from.via } };
    if (principal.kind === "virtual_key") await signIns.seen(origin, `${verb} ${principal.hash}`, event);
    else await audit.note(origin, event);
  };
  const rightToken = async (text: string): Promise<Right | undefined> => {
    const hash = hashSecret(text);
    if (token.matches(hash)) return asAdmin;
    const own = await findOwnKey(hash, parts);
    if (own === undefined || !mayBeSignedIn(own, nowMs())) return undefined;
    if (own.spec.self_view === "off") throw noOwnPage();
    const { id } = own.key;
    return { actor: "virtual_key", principal: () => ({ kind: "virtual_key", id, hash }) };
  };
  const begin = async (
    { actor, principal }: Right,
    cookie: SessionCookie,
    visit: Visit,
    from: SessionStart,
    origin: Origin,
  ) => {
    const { session, secret } = await sessions.begin({ isSecure: visit.isSecure, principal, from });
    await note("sign_in", session, { ...origin, actor });
    return { session, secret, cookie: cookie.set(secret, sessionAgeMs(visit.isSecure)) };
  };

  const signIn: SignIn = async (shown, visit, origin) => {
    const cookie = sessionCookieOf(visit, configuration.content().settings.insecureSessions === true);
    if (cookie === undefined) throw overPlainHttp();
    const from = startOf(shown, origin);
    const found = await throttle.attempt(origin.client ?? "", () =>
      store.transaction(async () => {
        const right =
          "code" in shown ? ((await links.take(shown.code)) ? asAdmin : undefined) : await rightToken(shown.token);
        return right && begin(right, cookie, visit, from, origin);
      }),
    );
    if (found.kind === "right") return found.value;
    if (found.kind === "wrong") throw wrong(shown);
    const { retryAfterS } = found;
    throw new HttpError(429, "Cannot sign you in: too many wrong tokens or codes came from your address", {
      retryAfterS,
    });
  };
  const signOut: SignOut = async (session, origin, everywhere) => {
    if (everywhere) {
      if (session.principal.kind === "admin") await links.end();
      await sessions.endAll(sessionOwner(session.principal));
    } else await sessions.end(session.id);
    await note(everywhere ? "sign_out_everywhere" : "sign_out", session, origin);
  };
  return { signIn, signOut };
}

/** Whether what a session was begun with holds: the admin token is the same, the key has the same secret and works. */
export function createHolds(
  parts: Pick<SignInParts, "token" | "store" | "configuration" | "nowMs">,
): SessionsParts["holds"] {
  return async (principal, secret) => {
    if (principal.kind === "admin") return parts.token.proof(secret) === principal.proof;
    const own = await findOwnKey(principal.hash, parts);
    return own !== undefined && own.key.id === principal.id && mayBeSignedIn(own, parts.nowMs());
  };
}

function startOf(shown: Shown, { client, userAgent }: Origin): SessionStart {
  return {
    via: "code" in shown ? "link" : "token",
    ...(client !== undefined && { client }),
    ...(userAgent !== undefined && { userAgent }),
  };
}

function wrong(shown: Shown): ControlError {
  return new ControlError(
    "unauthenticated",
    "code" in shown
      ? "Cannot sign you in: the link was used, is older than ten minutes, or another was made; `headgate admin link` makes one"
      : "Cannot sign you in: this is neither the admin token nor a virtual key that works",
  );
}

function noOwnPage(): ControlError {
  return new ControlError("forbidden", "Cannot sign you in: the key's self_view is off, it has no page of its own");
}

function overPlainHttp(): ControlError {
  return new ControlError(
    "forbidden",
    "Cannot sign you in over plain HTTP from another machine: use https, or set settings.insecure_sessions",
  );
}
