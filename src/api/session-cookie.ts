import { isLoopback, type Visit } from "./visit";

/** The cookie that stands for a session: over TLS, and over plain HTTP where that is allowed. */
export type SessionCookie = {
  readonly name: string;
  /** `set-cookie` for a new session. */
  readonly set: (secret: string, ageMs: number) => string;
  /** `set-cookie` that takes it away. */
  readonly clear: string;
};

/**
 * The cookie by which a visitor may be signed in; undefined where they may not, because others could read along. Browsers
 * take `__Host-` over TLS alone and for this host alone. Without TLS there is no such promise, and cookies are shared by all
 * ports of a host: the port in the name keeps two instances apart.
 */
export function sessionCookieOf(visit: Visit, insecureSessions: boolean): SessionCookie | undefined {
  if (visit.isSecure) return cookie("__Host-headgate", "SameSite=Lax; Secure");
  return isLoopback(visit) || insecureSessions ? cookie(`headgate-${visit.port}`, "SameSite=Strict") : undefined;
}

function cookie(name: string, flags: string): SessionCookie {
  const build = (value: string, seconds: number) =>
    `${name}=${value}; Path=/; HttpOnly; ${flags}; Max-Age=${Math.floor(seconds)}`;
  return { name, set: (secret, ageMs) => build(secret, ageMs / 1000), clear: build("", 0) };
}

/** The value of a cookie. Two of one name are none: one of them was planted. */
export function readCookie(header: string | null, name: string): string | undefined {
  const values = (header ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}
