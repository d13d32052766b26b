import { startOfId } from "#core/ids";

const dayMs = 86_400_000;
/** Blocks are found by the times at which their requests started, in steps of so much. */
const spanMs = 4_000;

/** The day (UTC, since the epoch) that a request started on. */
export function dayOf(id: string): number {
  return Math.floor(startOfId(id) / dayMs);
}

/** Days that ended at or before, counted like `dayOf`. */
export function daysBefore(timeMs: number): number {
  return Math.floor(timeMs / dayMs);
}

/**
 * The identity of the database keeps its files apart from those that another one, which was lost, left here. A file of
 * its own that no row names is what a crash left before anything in it was kept.
 */
export function fileName(day: number, identity: string, number: number): string {
  return `${new Date(day * dayMs).toISOString().slice(0, 10)}-${identity}-${number}.bodies`;
}

/** Undefined for a file that is not one of bodies. */
export function dayOfFile(name: string): number | undefined {
  const date = /^(\d{4}-\d\d-\d\d)-[0-9a-f]+-\d+\.bodies$/.exec(name)?.[1];
  return date === undefined ? undefined : Date.parse(date) / dayMs;
}

export function spanOf(id: string): number {
  return Math.floor(startOfId(id) / spanMs);
}

/** Spans that ended at or before, counted like `spanOf`. */
export function spansBefore(timeMs: number): number {
  return Math.floor(timeMs / spanMs);
}

/** The tags of the ids of a block by the spans that they started in: one that is not among them is not in the block. */
export function tagsBySpan(ids: readonly string[]): ReadonlyMap<number, Uint8Array> {
  const spans = new Map<number, string>();
  for (const id of ids) {
    const span = spanOf(id);
    spans.set(span, (spans.get(span) ?? "") + tagOf(id));
  }
  return new Map(Array.from(spans, ([span, tags]) => [span, Buffer.from(tags, "hex")]));
}

export function hasTag(tags: Uint8Array, id: string): boolean {
  const tag = Number.parseInt(tagOf(id), 16);
  for (let at = 0; at + 1 < tags.length; at += 2) {
    if ((tags[at] ?? 0) * 256 + (tags[at + 1] ?? 0) === tag) return true;
  }
  return false;
}

/** Two of an id's random bytes, in hex. */
function tagOf(id: string): string {
  return id.slice(12, 16);
}
