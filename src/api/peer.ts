import { clientAddress } from "#lib/client-address";

/** The other end of the connection. */
export type Peer = {
  /** Reached the control socket itself. */
  readonly trusted: boolean;
  /** Where the connection to the public or the admin port came from. */
  readonly address: string | undefined;
};

/** What a request says of where it comes from. */
export type Arrival = { readonly client?: string; readonly userAgent?: string; readonly requestId: string };

const longestUserAgent = 300;

/** @param id Names the request where the client gave it no name of its own. */
export function readArrival(request: Request, peer: Peer, id: string, trustedProxies: readonly string[]): Arrival {
  const userAgent = request.headers.get("user-agent")?.slice(0, longestUserAgent);
  const forwardedFor = request.headers.get("x-forwarded-for");
  const label = request.headers.get("x-request-id") ?? "";
  const hasAddress = !peer.trusted && peer.address !== undefined && peer.address !== "";
  return {
    ...(hasAddress ? { client: clientAddress(peer.address ?? "", forwardedFor, trustedProxies) } : {}),
    ...(userAgent === undefined ? {} : { userAgent }),
    requestId: /^[\x21-\x7e]{1,128}$/.test(label) ? label : id,
  };
}
