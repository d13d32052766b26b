import { GatewayError } from "#core/errors";
import type { MediaPolicy } from "#core/media-policy";
import type { Caller, UpstreamClient, UpstreamResponse } from "#upstream/upstream";
import { createPlaces, type Places } from "./fetch-places";
import { type MediaKind, mediaTypeOf } from "./media-type";

/** Media that a client named by its address. */
export type MediaAddress = { readonly kind: MediaKind; readonly url: string };

export type FetchedMedia = { readonly mediaType: string; readonly data: string };

/**
 * Fetches media, in order. Throws GatewayError `invalid_request` that names the address where one cannot be had, is too long, or is
 * nothing of its kind; `client_closed` where the client left.
 */
export type MediaFetcher = (
  addresses: readonly MediaAddress[],
  policy: MediaPolicy,
  caller: Caller,
) => Promise<readonly FetchedMedia[]>;

type Parts = { readonly upstream: UpstreamClient; readonly nowMs: () => number };

/** Of all requests of a worker together. */
const mostAtATime = 16;
const mostRedirects = 3;
/** What a request may name: each address is a connection. */
const mostAddresses = 64;

export function createMediaFetcher({ nowMs, upstream }: Parts): MediaFetcher {
  const places = createPlaces(mostAtATime);
  return async (addresses, policy, caller) => {
    if (addresses.length > mostAddresses) {
      const found = `found ${addresses.length}`;
      throw new GatewayError(
        "invalid_request",
        `Cannot fetch media from more than ${mostAddresses} addresses, ${found}`,
      );
    }
    const fetching = new Fetching(upstream, places, policy, caller, nowMs() + policy.timeoutMs, nowMs);
    // One after the other: a request takes no more than one place, and its total is known before the next one begins.
    const media: FetchedMedia[] = [];
    for (const address of addresses) media.push(await fetching.fetch(address));
    return media;
  };
}

/** The addresses of one request, with what is left to it of bytes and of time. */
class Fetching {
  private leftBytes: number;

  constructor(
    private readonly upstream: UpstreamClient,
    private readonly places: Places,
    private readonly policy: MediaPolicy,
    private readonly caller: Caller,
    private readonly endMs: number,
    private readonly nowMs: () => number,
  ) {
    this.leftBytes = policy.maxTotalBytes;
  }

  async fetch({ kind, url }: MediaAddress): Promise<FetchedMedia> {
    const leave = await this.places.take(this.endMs - this.nowMs());
    if (leave === undefined) throw cannot(kind, url, "it took too long");
    try {
      const response = await this.follow(kind, url);
      const { status } = response;
      if (status !== 200) {
        abandon(response);
        throw cannot(kind, url, `its server answered with status ${status}`);
      }
      const most = Math.min(this.policy.maxBytes, this.leftBytes);
      const bytes = await this.attempt(kind, url, async () => response.whole(most));
      this.leftBytes -= bytes.length;
      const mediaType = mediaTypeOf(bytes, kind, response.headers.get("content-type") ?? "");
      if (mediaType === undefined)
        throw cannot(kind, url, `what is there is no ${kind} that could be told by its bytes`);
      return { mediaType, data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64") };
    } finally {
      leave();
    }
  }

  /** Every hop is looked up, and held to the same rules, as the first one is. */
  private async follow(kind: MediaKind, first: string): Promise<UpstreamResponse> {
    let url = first;
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const response = await this.attempt(kind, first, () => this.ask(kind, first, url));
      if (response.status < 300 || response.status >= 400) return response;
      abandon(response);
      const next = URL.parse(response.headers.get("location") ?? "", url);
      if (next === null) throw cannot(kind, first, `its server answered with status ${response.status}`);
      url = next.href;
    }
    throw cannot(kind, first, `it was redirected more than ${mostRedirects} times`);
  }

  private ask(kind: MediaKind, first: string, address: string): Promise<UpstreamResponse> {
    const { allowHttp, allowPrivateNetwork } = this.policy;
    const url = URL.parse(address);
    if (url === null) throw cannot(kind, first, "it is no address");
    if (url.protocol !== "https:" && !(allowHttp && url.protocol === "http:"))
      throw cannot(kind, first, `it must begin with https://${allowHttp ? " or http://" : ""}`);
    if (url.username !== "" || url.password !== "") throw cannot(kind, first, "it has a name or a password in it");
    url.hash = "";
    const leftMs = Math.max(1, this.endMs - this.nowMs());
    const timeouts = { connectMs: leftMs, headersMs: leftMs, firstTokenMs: leftMs, idleMs: leftMs, totalMs: leftMs };
    return this.upstream({
      ...{ url: url.href, method: "GET", headers, headersAreFixed: true, timeouts },
      ...{ allowPrivateNetwork, isForeign: true, caller: this.caller },
    });
  }

  /** In the words of the request, for a client knows nothing of providers here. */
  private async attempt<T>(kind: MediaKind, url: string, step: () => Promise<T> | T): Promise<T> {
    try {
      return await step();
    } catch (cause) {
      if (!(cause instanceof GatewayError) || kept.has(cause.code)) throw cause;
      throw cannot(kind, url, this.reasonOf(cause), cause);
    }
  }

  private reasonOf({ code, options }: GatewayError): string {
    if (code === "upstream_timeout") return "it took too long";
    if (options.unreachable === "forbidden-address") return "its address must not be called";
    if (options.unreachable === "unknown-host") return "its host name is unknown";
    if (options.unreachable === "tls") return "its server has no certificate that could be trusted";
    const most = Math.min(this.policy.maxBytes, this.leftBytes);
    return code === "upstream_invalid_response"
      ? `it is longer than ${most} bytes, or broke off`
      : "it cannot be reached";
  }
}

/** What says nothing of the address. */
const kept: ReadonlySet<string> = new Set(["invalid_request", "client_closed", "draining"]);

const headers = { accept: "*/*", "accept-encoding": "identity", "user-agent": "headgate" };

function cannot(kind: MediaKind, url: string, why: string, cause?: GatewayError): GatewayError {
  const detail = cause?.options.detail ?? cause?.message;
  return new GatewayError("invalid_request", `Cannot fetch the ${kind} at ${shown(url)}: ${why}`, {
    ...(cause !== undefined && { cause }),
    ...(detail !== undefined && { detail }),
    shouldRetry: false,
  });
}

/** Without what may be a secret. */
function shown(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "its address" : `${parsed.origin}${parsed.pathname}`.slice(0, 200);
}

const nothing = () => undefined;

function abandon(response: UpstreamResponse): void {
  response.start({ data: nothing, readEnded: nothing, end: nothing, fail: nothing }).abandon();
}
