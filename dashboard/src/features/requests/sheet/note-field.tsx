import { useState } from "react";
import { Button } from "#components/button";
import { classNames } from "#lib/class-names";
import type { WholeRecord } from "../record";
import { useNoteRecord } from "./note-record";

/** What admins noted of a request, for all of them. */
export function NoteField({ record }: { readonly record: WholeRecord }) {
  const [typed, setTyped] = useState<string>();
  const change = useNoteRecord(record.id);
  if (typed === undefined) {
    return (
      <button
        type="button"
        onClick={() => setTyped(record.note ?? "")}
        className={classNames(
          "w-full rounded-md text-left whitespace-pre-wrap [overflow-wrap:anywhere] hover:bg-hover",
          record.note !== undefined && "border border-line bg-subtle px-2 py-1",
        )}
      >
        {record.note ?? <span className="text-faint">Add a note for all admins</span>}
      </button>
    );
  }
  const save = () => {
    const note = typed.trim();
    // What was typed is not lost with what was refused.
    const onError = () => setTyped(typed);
    if (note !== (record.note ?? "")) change.mutate({ note: note === "" ? null : note }, { onError });
    setTyped(undefined);
  };
  return (
    <div className="flex flex-col items-start gap-1">
      <textarea
        aria-label="Note"
        value={typed}
        maxLength={4000}
        rows={3}
        onChange={(event) => setTyped(event.target.value)}
        className="control h-auto w-full py-1"
        // biome-ignore lint/a11y/noAutofocus: it was opened to type
        autoFocus
      />
      <span className="flex gap-2">
        <Button onClick={save}>Save note</Button>
        <Button kind="quiet" onClick={() => setTyped(undefined)}>
          Cancel
        </Button>
      </span>
    </div>
  );
}
