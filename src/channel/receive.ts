import type { Snapshot, SnapshotContent } from "#core/snapshot";
import { applyChanges, readContent } from "./content";
import type { ControlMessage, WorkerMessage } from "./messages";
import type { Release } from "./release";
import { revokeKeys } from "./revocation";
import { Unreadable } from "./section";
import type { Sections } from "./sections";

export type Received = {
  /** The snapshot from now on, where it is another one. */
  readonly snapshot?: Snapshot;
  readonly reply: WorkerMessage;
};

/** What a worker of this release does with a message. What it cannot read it refuses, and keeps the snapshot it has. */
export function receive(
  message: ControlMessage,
  current: Snapshot | undefined,
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
  // The whole was sent while this delta was on its way: it is in there already.
  const known = message.type === "delta" && current !== undefined && sequence <= current.sequence;
  if (known) return { reply: { type: "ack", sequence: current.sequence } };
  if (message.type === "delta" && current?.sequence !== sequence - 1) return { reply: { type: "resync" } };
  try {
    const content =
      message.type === "full" || current === undefined
        ? readContent(sections, message.sections)
        : applyChanges(sections, current, message.sections);
    return { snapshot: { ...content, sequence }, reply: { type: "ack", sequence } };
  } catch (error) {
    if (error instanceof Unreadable) return refused(sequence, error.message);
    throw error;
  }
}

/** Why two releases do not exchange snapshots. */
export function mismatch(theirs: Release, own: Release): string {
  return `version ${theirs.version} speaks protocol ${theirs.protocol}, version ${own.version} protocol ${own.protocol}`;
}

function refused(sequence: number, why: string): Received {
  return { reply: { type: "refused", sequence, why: why.slice(0, 500) } };
}
