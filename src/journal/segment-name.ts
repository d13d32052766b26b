import { readdirSync } from "node:fs";

/** Who writes a segment: a worker by its index, or the supervisor on behalf of a dead one. */
export type WriterName = { readonly generation: number; readonly worker: number | "supervisor" };

/** A segment file's name says what it holds, who wrote it and in which order: `g12-w3-7.records`, `g12-supervisor-1.records`. */
export type SegmentName = WriterName & {
  readonly kind: "records" | "content";
  readonly sequence: number;
  readonly file: string;
};

const pattern = /^g(\d+)-(?:w(\d+)|supervisor)-(\d+)\.(records|content)$/;

/** Added to the name of a segment that is being prepared; readers do not see it until the suffix is taken away. */
export const unfinishedSuffix = ".new";
/** Added to the name of a segment that was ingested but in which something could not be read: kept for a human. */
export const damagedSuffix = ".damaged";

export function segmentName(writer: WriterName, kind: SegmentName["kind"], sequence: number): SegmentName {
  const who = writer.worker === "supervisor" ? writer.worker : `w${writer.worker}`;
  const file = `g${writer.generation}-${who}-${sequence}.${kind}`;
  return { generation: writer.generation, worker: writer.worker, kind, sequence, file };
}

export function parseSegmentName(file: string): SegmentName | undefined {
  const match = pattern.exec(file);
  if (match === null) return undefined;
  const worker = match[2] === undefined ? "supervisor" : Number(match[2]);
  const kind = match[4] === "content" ? "content" : "records";
  return { generation: Number(match[1]), worker, kind, sequence: Number(match[3]), file };
}

/** All segments of a directory in the order they were written, writer by writer. */
export function listSegments(directory: string): readonly SegmentName[] {
  return segmentsAmong(readdirSync(directory));
}

/** The same of the names of a directory's files. */
export function segmentsAmong(files: readonly string[]): readonly SegmentName[] {
  return files
    .flatMap((file) => parseSegmentName(file) ?? [])
    .sort((a, b) => compareWriters(a, b) || (a.kind < b.kind ? 1 : a.kind > b.kind ? -1 : a.sequence - b.sequence));
}

/** Segments being prepared, or left behind half prepared by a writer that died, by the name they are to get. */
export function listUnfinished(directory: string): readonly SegmentName[] {
  return unfinishedAmong(readdirSync(directory));
}

/** The same of the names of a directory's files. */
export function unfinishedAmong(files: readonly string[]): readonly SegmentName[] {
  return files
    .filter((file) => file.endsWith(unfinishedSuffix))
    .flatMap((file) => parseSegmentName(file.slice(0, -unfinishedSuffix.length)) ?? []);
}

export function sameWriter(a: WriterName, b: WriterName): boolean {
  return a.generation === b.generation && a.worker === b.worker;
}

/** The number after the last one that this writer has used in the directory, finished or not. */
export function nextSequence(directory: string, writer: WriterName, kind: SegmentName["kind"]): number {
  const used = readdirSync(directory)
    .flatMap((file) => parseSegmentName(file.replace(unfinishedSuffix, "").replace(damagedSuffix, "")) ?? [])
    .filter((name) => name.kind === kind && sameWriter(name, writer));
  return Math.max(0, ...used.map((name) => name.sequence)) + 1;
}

function compareWriters(a: WriterName, b: WriterName): number {
  return a.generation - b.generation || workerOrder(a) - workerOrder(b);
}

/** The supervisor's segments come last: what a worker wrote itself is ingested first. */
function workerOrder(writer: WriterName): number {
  return writer.worker === "supervisor" ? Number.MAX_SAFE_INTEGER : writer.worker;
}
