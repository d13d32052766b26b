import { type FormEvent, useId, useState } from "react";
import type { VirtualKey } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { StaleHint } from "#components/stale-hint";
import { draftOf, patchBetween } from "./key-draft";
import { KeyForm } from "./key-form";
import { useUpdateKey } from "./update-key";

export function EditKeyDialog({ row, onClose }: { readonly row: VirtualKey; readonly onClose: () => void }) {
  const form = useId();
  // As it was when the form was opened: only what was changed here is sent.
  const [before] = useState(() => draftOf(row));
  const [version] = useState(row.version);
  const [draft, setDraft] = useState(before);
  const update = useUpdateKey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const patch = patchBetween(before, draft);
    if (Object.keys(patch).length === 0) return onClose();
    const input = { id: row.id, name: draft.name, version, patch, inverse: patchBetween(draft, before) };
    update.mutate(input, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      careful
      onClose={onClose}
      title={`Edit ${row.name}`}
      note="Limits that only get another amount keep what they counted."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={update.isPending}>
            Save changes
          </Button>
        </>
      }
    >
      <FieldProblems error={update.error}>
        <form id={form} onSubmit={submit} className="flex flex-col gap-4">
          <KeyForm draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
          <ErrorLine error={update.error} />
          <StaleHint error={update.error} />
        </form>
      </FieldProblems>
    </Dialog>
  );
}
