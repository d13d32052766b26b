import { encodeLine, type WorkerMessage, type WorkerSeat } from "./messages";
import { mismatch } from "./receive";
import { type Release, unversioned } from "./release";
import { type Revocation, unversionedRevocation } from "./revocation";

/** A worker as the control plane knows it. */
export type ConnectedWorker = WorkerSeat & {
  readonly version: string;
  /** The newest sequence it acknowledged; 0 before the first. */
  readonly acknowledged: number;
  /** Why it cannot read the snapshots of this control plane; absent where it can. */
  readonly refusal?: string;
};

export type WorkerLinkParts = {
  readonly own: Release;
  readonly send: (line: Uint8Array) => void;
  /** Asks for the lines as they can be sent. */
  readonly sendAll: (lines: Iterable<Uint8Array>) => void;
  /** The whole current snapshot, encoded. */
  readonly full: () => Iterable<Uint8Array>;
  /** The hashes of all virtual keys that are served, and the sequence of the snapshot that has them. */
  readonly servedKeys: () => { readonly sequence: number; readonly hashes: readonly string[] };
  readonly onRefusal: (worker: ConnectedWorker) => void;
};

/** The control plane's end of one connection: what its worker has, and what it is sent. */
export type WorkerLink = {
  readonly receive: (message: WorkerMessage) => void;
  /** Hands on a change, encoded; to a worker that cannot read it only the keys that it ends. */
  readonly publish: (delta: readonly Uint8Array[], sequence: number, endedKeys: () => readonly string[]) => void;
  /** Undefined until it said hello. */
  readonly worker: () => ConnectedWorker | undefined;
  /** Whether something that it was sent is still to be acknowledged, up to this sequence. */
  readonly isBehind: (sequence: number) => boolean;
};

export function createWorkerLink(parts: WorkerLinkParts): WorkerLink {
  const { own, send, sendAll, full, servedKeys, onRefusal } = parts;
  let hello: Extract<WorkerMessage, { type: "hello" }> | undefined;
  let acknowledged = 0;
  let refusal: string | undefined;
  /** Revocations that it has yet to answer. */
  let unanswered = 0;
  /** What a worker without a version has by its own count. */
  let ownSequence = 0;

  const worker = (): ConnectedWorker | undefined => {
    if (hello === undefined) return undefined;
    const { worker: index, generation, release } = hello;
    const known = { worker: index, generation, version: release.version, acknowledged };
    return refusal === undefined ? known : { ...known, refusal };
  };
  const isUnversioned = () => hello?.release === unversioned;
  const revoke = (revocation: Revocation) => {
    unanswered += 1;
    send(encodeLine(revocation));
  };
  const refuse = (why: string) => {
    refusal = why;
    // A worker without a version does not know the message: keys that ended before it connected end with the restart.
    if (!isUnversioned()) {
      const { sequence, hashes } = servedKeys();
      revoke({ type: "revoke", sequence, allBut: hashes });
    }
    const known = worker();
    if (known !== undefined) onRefusal(known);
  };
  const endKeys = (sequence: number, hashes: readonly string[]) => {
    if (hashes.length === 0) return;
    if (!isUnversioned()) return revoke({ type: "revoke", sequence, hashes });
    unanswered += 1;
    send(encodeLine(unversionedRevocation(ownSequence, hashes)));
    ownSequence += 1;
  };

  return {
    worker,
    isBehind: (sequence) => {
      if (hello === undefined) return false;
      return refusal === undefined ? acknowledged < sequence : unanswered > 0;
    },
    publish: (delta, sequence, endedKeys) => {
      if (hello === undefined) return;
      if (refusal === undefined) delta.forEach(send);
      else endKeys(sequence, endedKeys());
    },
    receive: (message) => {
      switch (message.type) {
        case "hello":
          hello = message;
          ownSequence = message.sequence;
          return message.release.protocol === own.protocol ? sendAll(full()) : refuse(mismatch(own, message.release));
        case "resync":
          return refusal === undefined ? sendAll(full()) : undefined;
        case "refused":
          return refusal === undefined ? refuse(message.why) : undefined;
        case "revoked":
          unanswered -= 1;
          return;
        case "ack":
          if (refusal === undefined) acknowledged = Math.max(acknowledged, message.sequence);
          else if (isUnversioned()) unanswered -= 1;
      }
    },
  };
}
