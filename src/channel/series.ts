import { encodeLine, type SnapshotMessage, type SnapshotPart, type WholeMessage } from "./messages";
import type { Release } from "./release";

/**
 * The lines of a snapshot message: one, or a series where it has several parts. Each is made when it is asked for, so that
 * a worker reads one while the next is encoded.
 */
export function* encodeSnapshot(
  { type, sequence, parts }: SnapshotMessage,
  release: Release,
): Generator<Uint8Array, void> {
  const rest = parts[Symbol.iterator]();
  let next = rest.next();
  for (let part = 0; next.done !== true; part++) {
    const sections = next.value;
    next = rest.next();
    const isLast = next.done === true;
    const message: WholeMessage | SnapshotPart =
      part === 0 && isLast
        ? { type, sequence, sections }
        : { type: "part", sequence, of: type, part, isLast, sections };
    yield encodeLine({ ...release, ...message });
  }
}
