import type { UpstreamClient } from "#upstream/upstream";
import { demoTransport } from "./demo/transport";

/** Providers that answer inside this process, by the scheme of their base URL. */
const localTransports: ReadonlyMap<string, UpstreamClient> = new Map([["demo:", demoTransport]]);

/** Sends what is meant for a local provider there, and everything else over the network. */
export function withLocalTransports(network: UpstreamClient): UpstreamClient {
  return (request) => {
    const scheme = request.url.slice(0, request.url.indexOf(":") + 1);
    return (localTransports.get(scheme) ?? network)(request);
  };
}
