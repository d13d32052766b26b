import * as z from "zod";
import { changeNote } from "#audit/change-note";
import { ControlError } from "#core/control-error";
import type { RecordNote } from "#store/config/log-note";
import { patchOf } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { showTime, time } from "../view-fields";

const noteFields = z.strictObject({
  bookmarked: z.boolean().exactOptional(),
  note: z.string().min(1).max(4000).exactOptional().meta({ description: "For all admins." }),
});

const noteView = z
  .strictObject({
    id: z.string().meta({ description: "The record's." }),
    bookmarked: z.boolean(),
    note: z.string().exactOptional(),
    noted_at: time.exactOptional(),
  })
  .meta({ id: "RecordNote", description: "What admins noted of a record. It goes with the record." });

export function recordNoteRoute({
  store,
  audit,
  logs,
  nowMs,
}: Pick<ApiServices, "store" | "audit" | "logs" | "nowMs">): ApiRoute {
  return route({
    method: "PATCH",
    path: "/api/logs/{id}",
    summary: "Bookmark a record, or note something of it; the record itself never changes",
    permission: "logs:edit",
    input: patchOf(noteFields),
    response: ok(noteView),
    handle: async ({ params: { id }, patch, origin }) => {
      if ((await logs.get(id)) === undefined)
        throw new ControlError("not_found", "Cannot find the record: there is none with this id");
      return audit.commit(origin, async () => {
        const before = fieldsOf((await store.logNotes.notes([id])).get(id));
        const { bookmarked = false, note } = patch.applyTo(before);
        const after = { id, bookmarked, ...(note !== undefined && { note }), atMs: nowMs() };
        const isEmpty = !bookmarked && note === undefined;
        await (isEmpty ? store.logNotes.deleteNote(id) : store.logNotes.putNote(after));
        const event = changeNote({ type: "record", id }, "note", before, fieldsOf(after));
        return { result: { id, ...showNote(isEmpty ? undefined : after) }, event };
      });
    },
  });
}

function fieldsOf(note: RecordNote | undefined): z.output<typeof noteFields> {
  return { bookmarked: note?.bookmarked ?? false, ...(note?.note !== undefined && { note: note.note }) };
}

function showNote(note: RecordNote | undefined) {
  return { bookmarked: false, ...fieldsOf(note), ...(note !== undefined && { noted_at: showTime(note.atMs) }) };
}
