import type { UpstreamClient } from "#upstream/upstream";
import { demoTransport } from "./demo/transport";

/** Providers that answer inside this process, by the scheme of their base URL. */
const localTransports: readonly { readonly scheme: string; readonly transport: UpstreamClient }[] = [
  { scheme: "demo:", transport: demoTransport },
];

/** Sends what is meant for a local provider there, and everything else over the network. */
export function withLocalTransports(network: UpstreamClient): UpstreamClient {
  return (request) => (localTransportOf(request.url) ?? network)(request);
}

/** A loop: to cut the scheme out of every URL and look it up costs a request half a microsecond. */
function localTransportOf(url: string): UpstreamClient | undefined {
  for (const { scheme, transport } of localTransports) if (url.startsWith(scheme)) return transport;
  return undefined;
}
