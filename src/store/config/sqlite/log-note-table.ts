import type { Database } from "bun:sqlite";
import type { RecordNote } from "../log-note";
import type { LogNoteRepository } from "../repositories";
import type { Call } from "../transactions";

type ViewRow = {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly created_at_ms: number;
};
type NoteRow = {
  readonly id: string;
  readonly bookmarked: number;
  readonly note: string | null;
  readonly at_ms: number;
};

export function logNoteTable(database: Database, call: Call): LogNoteRepository {
  const selectViews = database.query<ViewRow, []>("SELECT * FROM saved_views ORDER BY name");
  const insertView = database.query<null, [string, string, string, number]>(
    "INSERT INTO saved_views VALUES (?, ?, ?, ?)",
  );
  const removeView = database.query<null, [string]>("DELETE FROM saved_views WHERE id = ?");
  const selectNotes = database.query<NoteRow, [string]>(
    "SELECT * FROM record_notes WHERE id IN (SELECT value FROM json_each(?))",
  );
  const upsertNote = database.query<null, [string, number, string | null, number]>(
    "INSERT OR REPLACE INTO record_notes VALUES (?, ?, ?, ?)",
  );
  const removeNote = database.query<null, [string]>("DELETE FROM record_notes WHERE id = ?");
  const removeBefore = database.query<null, [string]>("DELETE FROM record_notes WHERE id < ?");
  const selectBookmarks = database.query<{ id: string }, [number]>(
    "SELECT id FROM record_notes WHERE bookmarked = 1 ORDER BY id DESC LIMIT ?",
  );
  return {
    views: () =>
      call(() => selectViews.all().map(({ created_at_ms, ...view }) => ({ ...view, createdAtMs: created_at_ms }))),
    addView: ({ id, name, query, createdAtMs }) => call(() => void insertView.run(id, name, query, createdAtMs)),
    deleteView: (id) => call(() => removeView.run(id).changes > 0),
    notes: (ids) =>
      call(() => new Map(selectNotes.all(JSON.stringify(ids)).map((row) => [row.id, readNote(row)] as const))),
    putNote: ({ id, bookmarked, note = null, atMs }) =>
      call(() => void upsertNote.run(id, bookmarked ? 1 : 0, note, atMs)),
    deleteNote: (id) => call(() => void removeNote.run(id)),
    deleteNotesBefore: (id) => call(() => void removeBefore.run(id)),
    bookmarks: (limit) => call(() => selectBookmarks.all(limit).map(({ id }) => id)),
  };
}

function readNote({ id, bookmarked, note, at_ms: atMs }: NoteRow): RecordNote {
  return { id, bookmarked: bookmarked === 1, ...(note !== null && { note }), atMs };
}
