import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { GatewayError } from "#core/errors";
import { type AddressClass, classifyAddress, isAllowedAddress } from "#lib/ip-address";
import type { UpstreamRequest } from "./upstream";

/** Gives all addresses of a host name. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** Where a URL leads, with every address that a connection may be made to, and what it is. */
export type Destination = {
  readonly host: string;
  readonly port: number;
  /** None where the name is unknown. */
  readonly addresses: readonly string[];
  readonly classes: readonly AddressClass[];
};

/**
 * Keeps provider URLs away from addresses that a client must not be led to: connections are made to the addresses that are
 * looked up here, and to no other.
 */
export async function examine({ hostname, port, protocol }: URL, resolveHost: ResolveHost): Promise<Destination> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const own = classifyAddress(host);
  const addresses = isIP(host) === 0 && isAllowedAddress(own, true) ? await addressesOf(host, resolveHost) : [host];
  return {
    host,
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    addresses,
    classes: own === "name" ? addresses.map(classifyAddress) : [own, ...addresses.map(classifyAddress)],
  };
}

/** Throws GatewayError `upstream_error` when any address of the destination is off limits. */
export function refuseForbidden(
  destination: Destination,
  request: Pick<UpstreamRequest, "allowPrivateNetwork" | "isForeign">,
): void {
  const forbidden = forbiddenIn(destination.classes, request);
  if (forbidden === undefined) return;
  const remedy = forbidden === "private" ? ", set allow_private_network to allow it" : "";
  throw new GatewayError("upstream_error", `Cannot call the provider: its address is ${forbidden}${remedy}`, {
    detail: `${destination.host}:${destination.port} has an address that is ${forbidden}`,
    fault: "unreachable",
    unreachable: "forbidden-address",
  });
}

/** A loop: a closure would cost every call. */
function forbiddenIn(
  classes: readonly AddressClass[],
  { allowPrivateNetwork, isForeign }: Pick<UpstreamRequest, "allowPrivateNetwork" | "isForeign">,
): AddressClass | undefined {
  for (let index = 0; index < classes.length; index++) {
    const found = classes[index];
    if (found === undefined) continue;
    const isOwnMachine = found === "loopback" && isForeign === true;
    if (isOwnMachine ? !allowPrivateNetwork : !isAllowedAddress(found, allowPrivateNetwork)) return found;
  }
  return undefined;
}

/** Throws GatewayError `upstream_error` for what is none. */
export function parseHttpUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new GatewayError("upstream_error", "Cannot call the provider: its base URL is not an http or https URL", {
      fault: "unreachable",
    });
  }
  return parsed;
}

async function addressesOf(host: string, resolveHost: ResolveHost): Promise<readonly string[]> {
  try {
    return await resolveHost(host);
  } catch {
    // Without an address the connection fails, and its error tells of the name.
    return [];
  }
}

export async function resolveAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
