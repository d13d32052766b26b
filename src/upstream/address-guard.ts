import { lookup } from "node:dns/promises";
import { GatewayError } from "#core/errors";
import { type AddressClass, classifyAddress, isAllowedAddress } from "#lib/ip-address";

/** Gives all addresses of a host name. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** Where a URL leads, with the class of every address it may lead to. */
export type Destination = {
  readonly host: string;
  readonly port: number;
  readonly classes: readonly AddressClass[];
  readonly checkedAtMs: number;
};

export type AddressGuard = {
  /** A destination that was looked at a moment ago. */
  readonly known: (url: string) => Destination | undefined;
  /** Resolves the URL's host and classifies its addresses. Throws GatewayError `upstream_error` for no URL. */
  readonly examine: (url: string) => Promise<Destination>;
};

const freshMs = 30_000;
const maxKnown = 1000;

/**
 * Keeps provider URLs away from addresses that a client must not be led to. The name is resolved here and once more by
 * the connection itself: a name whose owner changes it in between is not caught, and whoever configures a provider
 * chooses that owner.
 */
export function createAddressGuard(nowMs: () => number, resolveHost: ResolveHost = resolveAll): AddressGuard {
  const destinations = new Map<string, Destination>();
  return {
    known: (url) => {
      const destination = destinations.get(url);
      return destination !== undefined && nowMs() - destination.checkedAtMs < freshMs ? destination : undefined;
    },
    examine: async (url) => {
      const { hostname, port, protocol } = parseHttpUrl(url);
      const destination = {
        host: hostname.replace(/^\[|\]$/g, ""),
        port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
        classes: await classesOf(hostname, resolveHost),
        checkedAtMs: nowMs(),
      };
      if (destinations.size >= maxKnown) destinations.clear();
      destinations.set(url, destination);
      return destination;
    },
  };
}

/** Throws GatewayError `upstream_error` when any address of the destination is off limits. */
export function refuseForbidden(destination: Destination, allowPrivateNetwork: boolean): void {
  const forbidden = destination.classes.find((found) => !isAllowedAddress(found, allowPrivateNetwork));
  if (forbidden === undefined) return;
  const remedy = forbidden === "private" ? ", set allow_private_network to allow it" : "";
  throw new GatewayError("upstream_error", `Cannot call the provider: its address is ${forbidden}${remedy}`, {
    detail: `${destination.host}:${destination.port} has an address that is ${forbidden}`,
    fault: "unreachable",
  });
}

function parseHttpUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new GatewayError("upstream_error", "Cannot call the provider: its base URL is not an http or https URL", {
      fault: "unreachable",
    });
  }
  return parsed;
}

async function classesOf(hostname: string, resolveHost: ResolveHost): Promise<readonly AddressClass[]> {
  const own = classifyAddress(hostname);
  if (own !== "name") return [own];
  try {
    return (await resolveHost(hostname)).map(classifyAddress);
  } catch {
    // Behind a proxy only the proxy may know the name; without one the connection fails with a better error.
    return [];
  }
}

async function resolveAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
