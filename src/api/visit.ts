import { isIP } from "node:net";
import { addressList, isListed } from "#lib/client-address";
import type { Peer } from "./peer";
import { HttpError } from "./problem";

/** By which address a caller reached us. */
export type Visit = {
  /** In lower case, without port and brackets. Empty where none was named. */
  readonly hostname: string;
  /** As the caller sees it, also where a proxy or a container maps it to another. */
  readonly port: string;
  /** Whether the way from the caller to us, or to a proxy that we trust, cannot be read by others. */
  readonly isSecure: boolean;
  /** `https://ai.example.com`: what a browser sends as `Origin` with requests of our own pages. */
  readonly origin: string;
};

export type VisitRules = {
  /** Whether we serve TLS ourselves. */
  readonly tls: boolean;
  /** Addresses or CIDR ranges whose `x-forwarded-*` is believed. */
  readonly trustedProxies: readonly string[];
  readonly publicUrl?: string;
  /** Whether sessions are taken over plain HTTP from other machines. */
  readonly insecureSessions: boolean;
};

/**
 * Reads the host that a request names, and whether it came over TLS. A proxy that is trusted says so in
 * `x-forwarded-host` and `x-forwarded-proto`; of several values the last is its own.
 */
export function readVisit({ headers, url }: Request, { address }: Peer, rules: VisitRules): Visit {
  const { tls, trustedProxies, publicUrl } = rules;
  const isProxied =
    address !== undefined && trustedProxies.length > 0 && isListed(addressList(trustedProxies), address);
  const forwarded = (name: string) => (isProxied ? headers.get(name)?.split(",").at(-1)?.trim() : undefined);
  const host = (forwarded("x-forwarded-host") ?? headers.get("host") ?? new URL(url).host).toLowerCase();
  const [, name = "", given] = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
  const proto = forwarded("x-forwarded-proto")?.toLowerCase();
  // A proxy that says nothing of TLS ends it all the same where the operator says that users come by https.
  const isPublic = publicUrl !== undefined && host !== "" && host === URL.parse(publicUrl)?.host;
  const isSecure = proto === undefined ? tls || (isPublic && publicUrl.startsWith("https:")) : proto === "https";
  const port = given ?? (isSecure ? "443" : "80");
  return {
    hostname: name.replace(/^\[|\]$/g, ""),
    port,
    isSecure,
    origin: name === "" ? "" : (URL.parse(`${isSecure ? "https" : "http"}://${name}:${port}`)?.origin ?? ""),
  };
}

/** A name or an address of this machine itself. */
export function isLoopback({ hostname }: Visit): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "::1" || isLoopbackIpv4(hostname);
}

function isLoopbackIpv4(hostname: string): boolean {
  return isIP(hostname) === 4 && hostname.startsWith("127.");
}

/**
 * Refuses a host name that is not ours with 421. A page of another site may have its name resolve to this machine (DNS
 * rebinding): its browser would then show it what we answer. It cannot do so with an address, or with a loopback name.
 */
export function assertOwnHost(visit: Visit, publicUrl: string | undefined): void {
  const { hostname } = visit;
  if (isLoopback(visit) || isIP(hostname) !== 0) return;
  if (publicUrl !== undefined && hostname === URL.parse(publicUrl)?.hostname) return;
  const found = hostname === "" ? "no host" : `the host "${hostname.slice(0, 200)}"`;
  throw new HttpError(
    421,
    `Cannot answer: the request names ${found}, and settings.public_url does not; set it to the address that users open`,
  );
}
