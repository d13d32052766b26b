import type { ContentLogging } from "#core/snapshot";
import type { Account } from "#governance/account";
import type { Exchange } from "./exchange";

/** The most of a request's body that outlives its own reading: a stream may last for an hour. The journal keeps no more. */
const maxRequestBytes = 1024 * 1024;
/** The most of one answer that is kept. */
const maxAnswerBytes = 256 * 1024;

/** Collects an answer's bytes for the log. */
export type KeptAnswer = { readonly add: (bytes: Uint8Array) => void };

/** Keeps a request's body where the policy says so, whatever becomes of it. */
export function keepRequest(exchange: Exchange): void {
  if (!keepsBodies(exchange)) return;
  const { bytes } = exchange.request.scan;
  exchange.account.content = { request: firstBytes(bytes, maxRequestBytes), requestBytes: bytes.length };
}

/** Starts keeping the answer of a request whose body is kept; undefined for any other. */
export function keepAnswer(account: Account): KeptAnswer | undefined {
  if (account.content === undefined) return undefined;
  const kept = createKeeper(maxAnswerBytes);
  account.content = {
    ...account.content,
    get response() {
      return kept.bytes();
    },
    get responseBytes() {
      return account.responseBytes;
    },
  };
  return { add: kept.add };
}

/** The first bytes of what is added. Copying every piece would cost 1.5 µs an event. */
function createKeeper(limitBytes: number) {
  const parts: Uint8Array[] = [];
  let room = limitBytes;
  return {
    bytes: () => (parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)),
    add: (bytes: Uint8Array): void => {
      if (room === 0) return;
      const part = firstBytes(bytes, room);
      parts.push(part);
      room -= part.length;
    },
  };
}

/** Copied where they are cut: a view would hold all of it, and nothing counts that any more. */
function firstBytes(bytes: Uint8Array, limitBytes: number): Uint8Array {
  return bytes.length > limitBytes ? new Uint8Array(bytes.subarray(0, limitBytes)) : bytes;
}

function keepsBodies({ account, inference, settings }: Exchange): boolean {
  const policy = account.key?.contentLogging ?? settings.contentLogging;
  return lesserOf(policy, inference.header("x-headgate-content")) === "full";
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
