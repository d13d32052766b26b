import type { InferenceRequest } from "#core/inference";
import type { ContentLogging, Settings, VirtualKey } from "#core/snapshot";
import type { Content } from "#journal/journal";

/** The most of a request's body that outlives its own reading: a stream may last for an hour. The journal keeps no more. */
const maxRequestBytes = 1024 * 1024;
/** How many pieces of an answer are joined at a time. */
const partsJoined = 64;
/** The most of one answer that is kept. */
const maxAnswerBytes = 256 * 1024;

/** The bodies of one request, kept for the log. */
export type KeptBodies = {
  /** The next bytes of its answer. */
  readonly addAnswer: (bytes: Uint8Array) => void;
  /** What was kept; `responseBytes` is the whole answer's length. */
  readonly content: (responseBytes: number) => Content;
};

/** Starts keeping a request's bodies where the policy says so, whatever becomes of it; undefined for any other. */
export function keepBodies(
  body: Uint8Array,
  inference: Pick<InferenceRequest, "header">,
  key: VirtualKey | undefined,
  settings: Settings,
): KeptBodies | undefined {
  const policy = key?.contentLogging ?? settings.contentLogging;
  if (lesserOf(policy, inference.header("x-headgate-content")) !== "full") return undefined;
  const request = { request: firstBytes(body, maxRequestBytes), requestBytes: body.length };
  const answer = createKeeper(maxAnswerBytes);
  return {
    addAnswer: answer.add,
    content: (responseBytes) =>
      responseBytes === 0 ? request : { ...request, response: answer.bytes(), responseBytes },
  };
}

/**
 * The first bytes of what is added. Pieces are joined by and by: a token's event alone takes three times its bytes, and
 * copying every piece as it comes would cost 1.5 µs.
 */
function createKeeper(limitBytes: number) {
  const joined: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let room = limitBytes;
  const bytes = (): Uint8Array => {
    const all = joined.length === 0 ? parts : [...joined, ...parts];
    return all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all);
  };
  const add = (piece: Uint8Array): void => {
    if (room === 0) return;
    const part = firstBytes(piece, room);
    room -= part.length;
    if (parts.push(part) < partsJoined) return;
    joined.push(Buffer.concat(parts));
    parts = [];
  };
  return { bytes, add };
}

/** Copied where they are cut: a view would keep all of the buffer alive, which no budget counts any more. */
function firstBytes(bytes: Uint8Array, limitBytes: number): Uint8Array {
  return bytes.length > limitBytes ? new Uint8Array(bytes.subarray(0, limitBytes)) : bytes;
}

/** A request may ask for less to be kept than the policy says, never for more; of a word that is not known nothing is kept. */
function lesserOf(policy: ContentLogging, asked: string | null): ContentLogging {
  if (asked === null) return policy;
  const order: readonly ContentLogging[] = ["off", "metadata", "full"];
  const wanted = order.indexOf(order.find((level) => level === asked.trim().toLowerCase()) ?? "off");
  return order[Math.min(wanted, order.indexOf(policy))] ?? policy;
}
