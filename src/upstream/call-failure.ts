import { GatewayError, type UnreachableReason, type UpstreamFault } from "#core/errors";
import { ConnectionError } from "./connection-error";
import type { UpstreamRequest } from "./upstream";

/** How far a call had come when it failed. */
export type Stage = "before-headers" | "in-body";

/** The timers of an upstream call, by the names that error messages use. */
export type TimerName = "connect" | "headers" | "first token" | "first byte" | "idle" | "total";

/** A timer that ran out, and how long it was. */
export type Expired = { readonly timer: TimerName; readonly limitMs: number };

/** What is kept of a request while its call runs. */
export type RequestFacts = Pick<UpstreamRequest, "method" | "url" | "caller" | "timeouts">;

type Failed = {
  readonly request: RequestFacts;
  readonly stage: Stage;
  /** The timer that ran out, if one did. */
  readonly expired: Expired | undefined;
  /** The provider had shown that it works. */
  readonly isAlive: boolean;
  readonly isClosing: boolean;
};

/** Names the failure of a call to a client; address and cause are for the log. Nothing of a URL's query is kept. */
export function callFailure(cause: unknown, { request, stage, expired, isAlive, isClosing }: Failed): GatewayError {
  const detail = `${request.method} ${withoutQuery(request.url)}: ${describe(cause)}`;
  if (expired !== undefined) {
    const { timer, limitMs } = expired;
    return new GatewayError("upstream_timeout", `The provider took too long: ${timer} timer of ${limitMs} ms`, {
      detail,
      // Without a connection nothing was sent.
      fault: timer === "connect" ? "unreachable" : "timeout",
      ...(isAlive && { showedLife: true }),
    });
  }
  if (request.caller.signal.aborted) {
    return new GatewayError("client_closed", "The request was given up before the provider's answer was complete", {
      detail,
    });
  }
  if (isClosing) {
    return new GatewayError("draining", "The gateway shut down before the provider's answer was complete", { detail });
  }
  const [message, fault, unreachable] = explain(codeOf(cause), stage);
  return new GatewayError("upstream_error", message, {
    detail,
    cause,
    fault,
    ...(unreachable !== undefined && { unreachable }),
  });
}

/** A provider may take its key as a query parameter: the query is never shown. */
export function withoutQuery(url: string): string {
  return url.replace(/\/\/[^/?#@]*@/, "//").replace(/[?#].*$/s, "");
}

type Explained = readonly [message: string, fault: UpstreamFault, unreachable?: UnreachableReason];

function explain(code: string, stage: Stage): Explained {
  if (stage === "in-body") {
    return code === "ECONNRESET"
      ? ["The connection to the provider closed before the answer was complete", "invalid"]
      : ["The provider's answer broke off: its bytes are not valid HTTP", "invalid"];
  }
  if (code === "INVALID_HEADER")
    return ["Cannot call the provider: a header of the request is not valid", "unreachable"];
  if (code === "ECONNREFUSED") return ["Cannot connect to the provider: the connection was refused", "refused"];
  if (code === "ECONNRESET") return ["The connection to the provider closed before an answer came", "reset"];
  if (code === "ENOTFOUND" || code.startsWith("EAI_"))
    return ["Cannot connect to the provider: its host name is unknown", "unreachable", "unknown-host"];
  if (code === "INVALID_HTTP") return ["The provider's answer is not valid HTTP", "invalid"];
  if (/CERT|TLS|SSL|EPROTO|SIGNATURE|SELF_SIGNED/.test(code)) {
    return [`Cannot connect to the provider: no trusted TLS connection (${code})`, "unreachable", "tls"];
  }
  return ["Cannot connect to the provider", "unreachable"];
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
}

/** Bun's messages may carry the URL: only the code is kept where there is one. Ours say more. */
function describe(cause: unknown): string {
  if (cause instanceof ConnectionError && cause.message !== cause.code) return `${cause.code}: ${cause.message}`;
  if (!(cause instanceof Error)) return String(cause);
  return codeOf(cause) === "" ? `${cause.name}: ${withoutQuery(cause.message)}` : codeOf(cause);
}
