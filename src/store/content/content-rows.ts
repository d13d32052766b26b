import type { Database } from "bun:sqlite";
import { daysBefore, fileName, hasTag, spanOf, spansBefore, tagsBySpan } from "./content-spans";

/** A file of bodies. What lies behind `length` was never kept. */
export type ContentFile = { readonly id: number; readonly name: string; readonly length: number };

/** Where a block stands. */
export type BlockPlace = {
  readonly file: number;
  readonly name: string;
  readonly offset: number;
  readonly length: number;
};

type Range = Pick<BlockPlace, "file" | "offset" | "length">;

/** The rows that say which files of bodies there are and where in them a request's may be. */
export function createContentRows(database: Database) {
  const identity = database.prepare<{ identity: string }, []>("SELECT identity FROM content_state");
  const expired = database.prepare<{ ms: number }, []>("SELECT expired_before_ms AS ms FROM content_state");
  const setExpired = database.prepare("UPDATE content_state SET expired_before_ms = ?1 WHERE expired_before_ms < ?1");
  const lastFile = database.prepare<ContentFile, [number]>(
    "SELECT id, name, length FROM content_files WHERE day = ? ORDER BY id DESC LIMIT 1",
  );
  const insertFile = database.prepare("INSERT INTO content_files (day, name, length) VALUES (?, ?, 0)");
  const filesOf = database.prepare<{ count: number }, [number]>(
    "SELECT count(*) AS count FROM content_files WHERE day = ?",
  );
  const setLength = database.prepare("UPDATE content_files SET length = ? WHERE id = ?");
  const addBlock = database.prepare("INSERT INTO content_blocks VALUES (?, ?, ?, ?, ?)");
  const removeBlock = database.prepare("DELETE FROM content_blocks WHERE span = ? AND file = ? AND offset = ?");
  const find = database.prepare<BlockPlace & { readonly tags: Uint8Array }, [number]>(
    `SELECT file, name, offset, content_blocks.length AS length, tags
    FROM content_blocks JOIN content_files ON id = file WHERE span = ? ORDER BY file, offset`,
  );
  const expireBlocks = database.prepare(
    `DELETE FROM content_blocks WHERE (span, file, offset) IN
      (SELECT span, file, offset FROM content_blocks WHERE span < ? ORDER BY span LIMIT ?)`,
  );
  const expireFiles = database.prepare("DELETE FROM content_files WHERE day < ?");
  const addErasure = database.prepare("INSERT OR IGNORE INTO content_erasures VALUES (?, ?, ?)");
  const erasures = database.prepare<BlockPlace, []>(
    `SELECT file, name, offset, content_erasures.length AS length FROM content_erasures JOIN content_files ON id = file`,
  );
  const removeErasure = database.prepare("DELETE FROM content_erasures WHERE file = ? AND offset = ?");
  const forgetErasures = database.prepare(
    "DELETE FROM content_erasures WHERE file NOT IN (SELECT id FROM content_files)",
  );

  const addFile = (day: number): ContentFile => {
    const name = fileName(day, identity.get()?.identity ?? "", (filesOf.get(day)?.count ?? 0) + 1);
    return { id: Number(insertFile.run(day, name).lastInsertRowid), name, length: 0 };
  };
  return {
    expiredBeforeMs: () => expired.get()?.ms ?? 0,
    /** The file that bodies of this day go to. */
    fileOf: (day: number): ContentFile => lastFile.get(day) ?? addFile(day),
    /** Another file for them. */
    addFile,
    setLength: (file: ContentFile, length: number) => setLength.run(length, file.id),
    add: (ids: readonly string[], { file, offset, length }: Range) => {
      for (const [span, tags] of tagsBySpan(ids)) addBlock.run(span, file, offset, length, tags);
    },
    /** Takes a block out and notes that its range is to be erased. */
    remove: (ids: readonly string[], { file, offset, length }: Range) => {
      for (const span of tagsBySpan(ids).keys()) removeBlock.run(span, file, offset);
      addErasure.run(file, offset, length);
    },
    /** The blocks that may have the bodies of this request: nearly always one or none. */
    find: (id: string): readonly BlockPlace[] => find.all(spanOf(id)).filter(({ tags }) => hasTag(tags, id)),
    /** From now on bodies of before count as gone; returns how many rows went, of at most `limit`. */
    expire: (beforeMs: number, limit: number): number => {
      setExpired.run(beforeMs);
      return expireBlocks.run(spansBefore(beforeMs), limit).changes;
    },
    /** Forgets the files of days that ended before; returns the first day that stays. */
    expireFiles: (beforeMs: number): number => {
      const day = daysBefore(beforeMs);
      if (expireFiles.run(day).changes > 0) forgetErasures.run();
      return day;
    },
    erasures: () => erasures.all(),
    erased: ({ file, offset }: BlockPlace) => removeErasure.run(file, offset),
  };
}

export type ContentRows = ReturnType<typeof createContentRows>;
