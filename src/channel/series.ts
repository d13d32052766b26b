import type { WireContent } from "./content";
import { encodeLine, type SnapshotMessage, type SnapshotPart } from "./messages";
import type { Release } from "./release";
import { type MapDifference, mapDifference, readAs } from "./section";
import { snapshotSections } from "./sections";

/** What of the sections is needed to cut them. */
type Cuts = { readonly [name: string]: { readonly cut?: (written: unknown) => readonly unknown[] } };

const sections: Cuts = snapshotSections();

/**
 * The lines of a snapshot message. One that would keep a worker's event loop for longer than a few milliseconds becomes a
 * series of parts.
 */
export function encodeSnapshot({ type, sequence, sections: content }: SnapshotMessage, release: Release): Uint8Array {
  const contents = cutContent(type, content);
  if (contents.length === 1) return encodeLine({ type, ...release, sequence, sections: content });
  const lines = contents.map((some, part) => {
    const isLast = part === contents.length - 1;
    const message: SnapshotPart = { type: "part", sequence, of: type, part, isLast, sections: some };
    return encodeLine({ ...release, ...message });
  });
  return Buffer.concat(lines);
}

function cutContent(type: SnapshotMessage["type"], content: WireContent): readonly WireContent[] {
  const first: { [name: string]: unknown } = { ...content };
  const more: WireContent[] = [];
  for (const name in content) {
    const cut = sections[name]?.cut;
    if (cut === undefined) continue;
    const written = content[name];
    const change: MapDifference | undefined = type === "delta" ? readAs(mapDifference, written) : undefined;
    const [piece, ...pieces] = cut(change === undefined ? written : change.set);
    if (pieces.length === 0) continue;
    first[name] = change === undefined ? piece : { ...change, set: piece };
    for (const set of pieces) more.push({ [name]: { set, removed: [] } });
  }
  return [first, ...more];
}
