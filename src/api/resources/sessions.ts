import * as z from "zod";
import { ControlError } from "#core/control-error";
import { csrfTokenOf } from "#sessions/session-secret";
import { sessionEndMs } from "#sessions/sessions";
import { type StoredSession, sessionOwner } from "#store/config/stored-session";
import { jsonBodyOf, noInput, queryOf } from "../input";
import { pageFrom, pageQuery, pageView } from "../paging";
import { created, noContent, ok, withCookie } from "../response";
import { type ApiRoute, type LiveSession, route } from "../route";
import type { ApiServices } from "../services";
import { sessionCookieOf } from "../session-cookie";
import { baseUrlView, showTime, time } from "../view-fields";
import type { Visit } from "../visit";

export type SessionServices = Pick<
  ApiServices,
  "audit" | "configuration" | "sessions" | "links" | "signIn" | "signOut" | "pageUrl" | "baseUrl"
>;

const secret = z.string().min(1).max(4096);

const signInSchema = z
  .strictObject({
    token: secret.exactOptional().meta({ description: "The admin token, or a virtual key." }),
    code: secret.exactOptional().meta({ description: "Of a one-time link, `#code=`." }),
  })
  .refine(({ token, code }) => (token === undefined) !== (code === undefined), {
    message: "must hold either a token or a code",
  });

const whoFields = {
  id: z.string(),
  kind: z.enum(["admin", "virtual_key"]),
  name: z.string().meta({ description: "Of who is signed in: `admin`, or the name of the virtual key." }),
  created_at: time,
  last_used_at: time,
  expires_at: time.meta({ description: "When it ends, unless it is used before that and is young enough." }),
};

const sessionView = z
  .strictObject({
    ...whoFields,
    via: z.enum(["token", "link"]),
    client: z.string().exactOptional().meta({ description: "The address that it was begun from." }),
    user_agent: z.string().exactOptional(),
    current: z.boolean().meta({ description: "Whether it is the one that asks." }),
  })
  .meta({ id: "Session", description: "Somebody who is signed in." });

const currentView = z
  .strictObject({
    ...whoFields,
    email: z.string().exactOptional(),
    role: z.string().meta({ description: "`admin`, which may do everything, or `virtual_key`: `/api/me` alone." }),
    scope: z.string().meta({ description: "`all`, or `key:NAME`." }),
    csrf_token: z
      .string()
      .meta({ description: "For the header `x-csrf-token` of every change made with the session." }),
    base_url: baseUrlView,
  })
  .meta({ id: "CurrentSession", description: "The session of the cookie." });

const signOutQuery = z.strictObject({
  everywhere: z
    .enum(["true", "false"])
    .exactOptional()
    .meta({ description: "Whether all sessions of whoever is signed in end with this one." }),
});

const endQuery = z.strictObject({
  kind: z
    .enum(["admin", "virtual_key", "all"])
    .exactOptional()
    .meta({ default: "admin", description: "Whose end: the admin's, those of all virtual keys, or both." }),
});

const path = "/api/sessions";

export function sessionRoutes(services: SessionServices): readonly ApiRoute[] {
  return [signInRoute(services), ...currentRoutes(services), ...adminRoutes(services)];
}

function signInRoute(services: SessionServices): ApiRoute {
  return route({
    method: "POST",
    path,
    summary: "Sign in with the admin token, a virtual key or the code of a one-time link; sets the session's cookie",
    access: "open",
    input: jsonBodyOf(signInSchema),
    response: withCookie(created(currentView)),
    handle: async ({ body: { token, code = "" }, visit, origin }) => {
      const signedIn = await services.signIn(token === undefined ? { code } : { token }, visit, origin);
      const session = { ...signedIn.session, csrfToken: csrfTokenOf(signedIn.secret) };
      return { value: showCurrent(session, visit, services), cookie: signedIn.cookie };
    },
  });
}

function currentRoutes(services: SessionServices): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: `${path}/current`,
      summary: "Show who is signed in, and the token for changes",
      access: "session",
      input: noInput,
      response: ok(currentView),
      handle: async ({ session, visit }) => showCurrent(required(session), visit, services),
    }),
    route({
      method: "DELETE",
      path: `${path}/current`,
      summary: "Sign out, here or everywhere",
      access: "session",
      input: queryOf(signOutQuery),
      response: withCookie(noContent),
      handle: async ({ session, visit, origin, query }) => {
        await services.signOut(required(session), origin, query.everywhere === "true");
        // The name is what it was found by: it takes away the same cookie.
        return { value: undefined, cookie: sessionCookieOf(visit, true)?.clear ?? "" };
      },
    }),
  ];
}

function adminRoutes(services: SessionServices): readonly ApiRoute[] {
  const { audit, sessions, links } = services;
  return [
    route({
      method: "GET",
      path,
      summary: "List who is signed in",
      permission: "sessions:view",
      input: queryOf(pageQuery),
      response: ok(pageView(sessionView)),
      handle: async ({ query, session }) =>
        pageFrom(
          await sessions.list(),
          query,
          ({ id }) => id,
          (entry) => showSession(entry, session, services),
        ),
    }),
    route({
      method: "DELETE",
      path,
      summary:
        "Sign out everywhere: ends all sessions of the admin, this one too, with the one-time link, or of all keys",
      permission: "sessions:edit",
      input: queryOf(endQuery),
      response: noContent,
      handle: async ({ origin, query: { kind = "admin" } }) => {
        if (kind !== "virtual_key") await links.end();
        const listed = (await sessions.list()).map(({ principal }) => principal);
        const meant = listed.filter((principal) => kind === "all" || principal.kind === kind);
        let ended = 0;
        for (const owner of new Set(meant.map(sessionOwner))) ended += await sessions.endAll(owner);
        const resource = { type: "session", id: kind };
        const action = kind === "virtual_key" ? "session.revoke" : "admin.sign_out_everywhere";
        await audit.note(origin, { action, resource, changes: { ended } });
      },
    }),
    route({
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "End a session, whoever it is that signed in",
      permission: "sessions:edit",
      input: noInput,
      response: noContent,
      handle: async ({ params: { id }, origin }) => {
        if (!(await sessions.end(id)))
          throw new ControlError("not_found", "Cannot end the session: there is none with this id");
        await audit.note(origin, { action: "session.revoke", resource: { type: "session", id } });
      },
    }),
    linkRoute(services),
  ];
}

const linkView = z
  .strictObject({
    url: z.string().meta({ description: "Whoever opens it is signed in as the admin, once. It is never shown again." }),
    expires_at: time,
  })
  .meta({ id: "SignInLink" });

/** The code stands in the fragment: a browser never sends that, and it is in no log. */
export async function makeSignInUrl({ links, pageUrl }: Pick<SessionServices, "links" | "pageUrl">) {
  const { code, expiresAtMs } = await links.make();
  return { url: `${pageUrl()}/ui/#code=${code}`, expiresAtMs };
}

function linkRoute(services: SessionServices): ApiRoute {
  return route({
    method: "POST",
    path: "/api/sign-in-links",
    summary: "Make a one-time link that signs in as the admin, for ten minutes; the one before ends",
    permission: "admin-token:edit",
    input: noInput,
    response: created(linkView),
    handle: async ({ origin }) => {
      const { url, expiresAtMs } = await makeSignInUrl(services);
      await services.audit.note(origin, {
        action: "sign_in_link.create",
        resource: { type: "sign_in_link", id: "current" },
      });
      return { url, expires_at: showTime(expiresAtMs) };
    },
  });
}

function required(session: LiveSession | undefined): LiveSession {
  if (session === undefined) throw new Error("A route of sessions was reached without one");
  return session;
}

function showWho(session: StoredSession, { configuration }: SessionServices) {
  const { id, principal, createdAtMs, seenAtMs } = session;
  const key = principal.kind === "admin" ? undefined : configuration.content().virtualKeys.get(principal.hash);
  return {
    id,
    kind: principal.kind,
    name: principal.kind === "admin" ? "admin" : (key?.name ?? principal.id),
    created_at: showTime(createdAtMs),
    last_used_at: showTime(seenAtMs),
    expires_at: showTime(sessionEndMs(session)),
  };
}

function showCurrent(session: LiveSession, visit: Visit, services: SessionServices): z.output<typeof currentView> {
  const who = showWho(session, services);
  const scope = who.kind === "admin" ? "all" : `key:${who.name}`;
  return { ...who, role: who.kind, scope, csrf_token: session.csrfToken, base_url: services.baseUrl(visit) };
}

function showSession(entry: StoredSession, asking: LiveSession | undefined, services: SessionServices) {
  const { via, client, userAgent } = entry.from;
  return {
    ...showWho(entry, services),
    via,
    ...(client !== undefined && { client }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    current: entry.id === asking?.id,
  };
}
