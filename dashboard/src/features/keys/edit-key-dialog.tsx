import { useState } from "react";
import type { VirtualKey } from "#api/schema.gen";
import { FormDialog } from "#components/form-dialog";
import { draftOf, patchBetween } from "./key-draft";
import { KeyForm } from "./key-form";
import { useUpdateKey } from "./update-key";

export function EditKeyDialog({ row, onClose }: { readonly row: VirtualKey; readonly onClose: () => void }) {
  // As it was when the form was opened: only what was changed here is sent.
  const [before] = useState(() => draftOf(row));
  const [version] = useState(row.version);
  const [draft, setDraft] = useState(before);
  const update = useUpdateKey();
  const submit = () => {
    const patch = patchBetween(before, draft);
    if (Object.keys(patch).length === 0) return onClose();
    const input = { id: row.id, name: draft.name, version, patch, inverse: patchBetween(draft, before) };
    update.mutate(input, { onSuccess: onClose });
  };
  return (
    <FormDialog
      onClose={onClose}
      title={`Edit ${row.name}`}
      note="Limits that only get another amount keep what they counted."
      action="Save changes"
      busy={update.isPending}
      error={update.error}
      onSubmit={submit}
    >
      <KeyForm draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
    </FormDialog>
  );
}
