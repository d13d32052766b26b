import type { RecordNote, SavedView } from "../log-note";
import type { LogNoteRepository } from "../repositories";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function logNoteTable(tables: Tables, call: Call): LogNoteRepository {
  const views = tables.table<SavedView>();
  const notes = tables.table<RecordNote>();
  return {
    views: () => call(() => [...views.values()].sort((a, b) => (a.name < b.name ? -1 : 1))),
    addView: (view) =>
      call(() => {
        if ([...views.values()].some(({ name }) => name === view.name)) throw new Error("The name is taken");
        views.set(view.id, view);
      }),
    deleteView: (id) => call(() => views.delete(id)),
    notes: (ids) => call(() => new Map([...notes].filter(([id]) => ids.includes(id)))),
    putNote: (note) => call(() => void notes.set(note.id, note)),
    deleteNote: (id) => call(() => void notes.delete(id)),
    deleteNotesBefore: (before) =>
      call(() => {
        for (const id of notes.keys()) if (id < before) notes.delete(id);
      }),
    bookmarks: (limit) =>
      call(() => {
        const ids = [...notes.values()].flatMap(({ id, bookmarked }) => (bookmarked ? [id] : []));
        return ids.sort((a, b) => (a < b ? 1 : -1)).slice(0, limit);
      }),
  };
}
