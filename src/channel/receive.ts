import type { Snapshot, SnapshotContent } from "#core/snapshot";
import { applyChanges, readContent, type WireContent } from "./content";
import type { ControlMessage, SnapshotMessage, SnapshotPart, WorkerMessage } from "./messages";
import type { Release } from "./release";
import { revokeKeys } from "./revocation";
import { Unreadable } from "./section";
import type { Sections } from "./sections";

export type Received = {
  /** The snapshot from now on, where it is another one. */
  readonly snapshot?: Snapshot;
  /** What came of a series so far. */
  readonly staged?: Snapshot;
  /** Absent for a part that others follow. */
  readonly reply?: WorkerMessage;
};

/** What a worker has: the snapshot that it serves by, and of a series what came of it. */
export type Held = { readonly current?: Snapshot | undefined; readonly staged?: Snapshot | undefined };

/** What a worker of this release does with a message. What it cannot read it refuses, and keeps the snapshot it has. */
export function receive(
  message: ControlMessage,
  { current, staged }: Held,
  sections: Sections<SnapshotContent>,
  own: Release,
): Received {
  const { sequence } = message;
  if (message.type === "revoke") {
    const reply = { type: "revoked", sequence } as const;
    return current === undefined ? { reply } : { snapshot: revokeKeys(current, message), reply };
  }
  const { release } = message;
  if (release.protocol !== own.protocol) return refused(sequence, mismatch(release, own));
  if (message.type === "unknown") return refused(sequence, "it is no message that this version knows");
  try {
    if (message.type !== "part") return take(message, message.type, current, sections);
    if (message.part === 0) return stage(take(message, message.of, current, sections), message);
    // The series was answered already, by a refusal or otherwise.
    if (staged?.sequence !== sequence) return {};
    return stage(made(applyChanges(sections, staged, message.sections), sequence), message);
  } catch (error) {
    if (error instanceof Unreadable) return refused(sequence, error.message);
    throw error;
  }
}

type Content = { readonly sequence: number; readonly sections: WireContent };

function take(
  { sequence, sections: content }: Content,
  type: SnapshotMessage["type"],
  current: Snapshot | undefined,
  sections: Sections<SnapshotContent>,
): Received {
  // The whole was sent while this delta was on its way: it is in there already.
  const known = type === "delta" && current !== undefined && sequence <= current.sequence;
  if (known) return { reply: { type: "ack", sequence: current.sequence } };
  if (type === "delta" && current?.sequence !== sequence - 1) return { reply: { type: "resync" } };
  return type === "full" || current === undefined
    ? made(readContent(sections, content), sequence)
    : made(applyChanges(sections, current, content), sequence);
}

function made(content: SnapshotContent, sequence: number): Received {
  return { snapshot: { ...content, sequence }, reply: { type: "ack", sequence } };
}

/** Holds back what a part made until the last one has come. */
function stage(received: Received, { isLast }: SnapshotPart): Received {
  if (isLast || received.snapshot === undefined) return received;
  return { staged: received.snapshot };
}

/** Why two releases do not exchange snapshots. */
export function mismatch(theirs: Release, own: Release): string {
  return `version ${theirs.version} speaks protocol ${theirs.protocol}, version ${own.version} protocol ${own.protocol}`;
}

function refused(sequence: number, why: string): Received {
  return { reply: { type: "refused", sequence, why: why.slice(0, 500) } };
}
