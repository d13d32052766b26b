import type { ContentLogging } from "#core/snapshot";
import type { Exchange } from "./exchange";

/** The most of one answer that is kept; the journal cuts a request's body likewise. */
const maxKeptBytes = 256 * 1024;

/** Collects an answer's bytes for the log. */
export type KeptContent = { readonly response: (bytes: Uint8Array) => void };

/** Keeps a request's body where the policy says so, whatever becomes of it. */
export function keepRequest(exchange: Exchange): void {
  if (keepsBodies(exchange)) exchange.account.content = { request: exchange.request.scan.bytes };
}

/** Starts keeping both bodies of a request that is answered where the policy says so; undefined where it does not. */
export function keepContent(exchange: Exchange): KeptContent | undefined {
  const { account, request } = exchange;
  if (!keepsBodies(exchange)) return undefined;
  const kept = createKeeper(maxKeptBytes);
  account.content = {
    request: request.scan.bytes,
    get response() {
      return kept.bytes();
    },
  };
  return { response: kept.add };
}

/** The first bytes of what is added. Cutting every piece to size, or copying it, would cost 1.5 µs an event. */
function createKeeper(limitBytes: number) {
  const parts: Uint8Array[] = [];
  let room = limitBytes;
  return {
    bytes: () => (parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)),
    add: (bytes: Uint8Array): void => {
      if (room === 0) return;
      const part = bytes.length > room ? bytes.subarray(0, room) : bytes;
      parts.push(part);
      room -= part.length;
    },
  };
}

function keepsBodies({ account, call, settings }: Exchange): boolean {
  const policy = account.key?.contentLogging ?? settings.contentLogging;
  return lesserOf(policy, call.header("x-headgate-content")) === "full";
}

/**
 * A request may ask for less to be kept than the policy says, never for more. Who asks in words that nobody knows asks
 * for something: nothing is kept.
 */
function lesserOf(policy: ContentLogging, asked: string | null): ContentLogging {
  if (asked === null) return policy;
  const order: readonly ContentLogging[] = ["off", "metadata", "full"];
  const wanted = order.indexOf(order.find((level) => level === asked.trim().toLowerCase()) ?? "off");
  return order[Math.min(wanted, order.indexOf(policy))] ?? policy;
}
