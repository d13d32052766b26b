import type { ContentLogging } from "#core/snapshot";
import type { Exchange } from "./exchange";

/** The most of one answer that is kept; the journal cuts a request's body likewise. */
const maxKeptBytes = 256 * 1024;

/** Collects an answer's bytes for the log. */
export type KeptContent = { readonly response: (bytes: Uint8Array) => void };

/** Starts keeping a request's bodies where the policy says so; undefined where it does not. */
export function keepContent({ account, call, request, settings }: Exchange): KeptContent | undefined {
  const policy = account.key?.contentLogging ?? settings.contentLogging;
  if (lesserOf(policy, call.header("x-headgate-content")) !== "full") return undefined;
  const parts: Uint8Array[] = [];
  let kept = 0;
  account.content = {
    request: request.scan.bytes,
    get response() {
      return Buffer.concat(parts);
    },
  };
  return {
    response: (bytes) => {
      if (kept >= maxKeptBytes) return;
      const part = bytes.subarray(0, maxKeptBytes - kept);
      kept += part.length;
      parts.push(part);
    },
  };
}

/** A request may ask for less to be kept than the policy says, never for more. */
function lesserOf(policy: ContentLogging, asked: string | null): ContentLogging {
  const order: readonly ContentLogging[] = ["off", "metadata", "full"];
  const wanted = order.find((level) => level === asked);
  return wanted !== undefined && order.indexOf(wanted) < order.indexOf(policy) ? wanted : policy;
}
