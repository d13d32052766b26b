import { isObject, type Json, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import type { WireContent } from "./content";
import { type Release, unversioned } from "./release";
import { type Revocation, readRevocation } from "./revocation";

// One JSON document a line. Of `hello`, `full` and `delta` the fields `type`, `version`, `protocol`, `sequence`, `worker`
// and `generation` keep their form in every version, so that each end can tell what it hears; so does `refused`.

/** A snapshot, or what changed since the one before. A delta applies only on top of `sequence - 1`. */
export type SnapshotMessage = {
  readonly type: "full" | "delta";
  readonly sequence: number;
  /** Several travel as a series. They may be gone through once. */
  readonly parts: Iterable<WireContent>;
};

/** One that is not too large to be read at once, as it travels. */
export type WholeMessage = Omit<SnapshotMessage, "parts"> & { readonly sections: WireContent };

/** One of a series that makes a snapshot, or a delta, that is too large to be read at once. */
export type SnapshotPart = {
  readonly type: "part";
  readonly sequence: number;
  /** Of what. */
  readonly of: SnapshotMessage["type"];
  /** From 0. */
  readonly part: number;
  readonly isLast: boolean;
  /** Of part 0 what a message of that type has; of the others what they change in what came before them. */
  readonly sections: WireContent;
};

export type ControlMessage =
  | (WholeMessage & { readonly release: Release })
  | (SnapshotPart & { readonly release: Release })
  | Revocation
  /** Of a form that this version does not know. */
  | { readonly type: "unknown"; readonly sequence: number; readonly release: Release };

/** Undefined for anything that is no message. */
export function parseControlMessage(line: string): ControlMessage | undefined {
  const message = tryParseJson(line);
  if (!isObject(message)) return undefined;
  const { type, sequence, sections } = message;
  if (typeof type !== "string" || !isCount(sequence)) return undefined;
  if (type === "revoke") return readRevocation(message);
  const release = releaseOf(message);
  if (!isObject(sections)) return { type: "unknown", sequence, release };
  if (isWhole(type)) return { type, sequence, sections, release };
  const { of, part, isLast } = message;
  if (type === "part" && isWhole(of) && isCount(part) && typeof isLast === "boolean") {
    return { type, sequence, of, part, isLast, sections, release };
  }
  return { type: "unknown", sequence, release };
}

export type WorkerMessage =
  | (WorkerSeat & { readonly type: "hello"; readonly sequence: number; readonly release: Release })
  /** It has the snapshot of this sequence. */
  | { readonly type: "ack"; readonly sequence: number }
  /** It missed a delta and needs the whole. */
  | { readonly type: "resync" }
  /** It cannot read the snapshot of this sequence, and keeps the one it has. */
  | { readonly type: "refused"; readonly sequence: number; readonly why: string }
  /** It carried out a revocation. */
  | { readonly type: "revoked"; readonly sequence: number };

/** Which of a generation's workers one is. */
export type WorkerSeat = { readonly worker: number; readonly generation: number };

export function encodeWorkerMessage(message: WorkerMessage): Uint8Array {
  if (message.type !== "hello") return encodeLine(message);
  const { release, ...rest } = message;
  return encodeLine({ ...rest, ...release });
}

/** Undefined for anything that is no message. */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  const message = tryParseJson(line);
  if (!isObject(message)) return undefined;
  const { type, worker, generation, sequence } = message;
  if (type === "resync") return { type };
  if (!isCount(sequence)) return undefined;
  switch (type) {
    case "ack":
    case "revoked":
      return { type, sequence };
    case "refused":
      return { type, sequence, why: stringOf(message, "why") ?? "" };
    case "hello":
      if (!isCount(worker) || !isCount(generation)) return undefined;
      return { type, worker, generation, sequence, release: releaseOf(message) };
    default:
      return undefined;
  }
}

export function encodeLine(message: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}

function releaseOf({ version, protocol }: JsonObject): Release {
  return typeof version === "string" && isCount(protocol) ? { version, protocol } : unversioned;
}

function isWhole(type: Json | undefined): type is SnapshotMessage["type"] {
  return type === "full" || type === "delta";
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
