import { isIP } from "node:net";
import { isLoopback, type Visit } from "./visit";

/** Where clients call the gateway, without `/v1`, e.g. `https://ai.example.com`. */
export type BaseUrl = (visit: Visit) => string;

export type BaseUrlParts = {
  /** `settings.public_url`, which counts before all else. */
  readonly publicUrl: () => string | undefined;
  /** Where clients on this machine reach the gateway. */
  readonly local: string;
  /** Where the gateway listens, if the control plane is reached at a port of its own. */
  readonly apart: ListenAddress | undefined;
};

/** `host` may stand for all addresses. */
export type ListenAddress = { readonly host: string; readonly port: number; readonly tls: boolean };

/**
 * The address that is shown to a visitor: the one by which they came, and with `--admin-listen` the gateway's port at
 * the same host where it listens on all addresses.
 */
export function createBaseUrl({ publicUrl, local, apart }: BaseUrlParts): BaseUrl {
  return (visit) => {
    const known = publicUrl();
    if (known !== undefined) return known;
    if (!isLoopback(visit) && isIP(visit.hostname) === 0) return local;
    if (apart === undefined) return visit.origin;
    if (apart.host !== "0.0.0.0" && apart.host !== "::") return local;
    const { hostname } = visit;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return `${apart.tls ? "https" : "http"}://${host}:${apart.port}`;
  };
}
