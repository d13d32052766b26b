import { useState } from "react";
import { FormDialog } from "#components/form-dialog";
import { useChangeScope, useCreateScope } from "./put-scope";
import { draftOf, emptyScopeDraft, newScopeFrom, patchBetween } from "./scope-draft";
import { ScopeFields } from "./scope-fields";
import { type ScopeKind, scopeKinds } from "./scope-kind";
import type { ScopeRow } from "./scope-row";

type Props = {
  readonly kind: ScopeKind;
  /** What is edited; left out for a new one. */
  readonly row?: ScopeRow;
  readonly onClose: () => void;
  readonly onMade?: (name: string) => void;
};

export function ScopeDialog({ kind, row, onClose, onMade }: Props) {
  const { word, about } = scopeKinds[kind];
  const [before] = useState(() => (row === undefined ? emptyScopeDraft : draftOf(row)));
  const [version] = useState(row?.version ?? "");
  const [draft, setDraft] = useState(before);
  const create = useCreateScope(kind);
  const change = useChangeScope(kind);
  const submit = () => {
    if (row === undefined) {
      const body = newScopeFrom(draft);
      return create.mutate(body, { onSuccess: () => onMade?.(body.name) });
    }
    const patch = patchBetween(before, draft);
    if (Object.keys(patch).length === 0) return onClose();
    change.mutate({ name: row.name, version, patch, inverse: patchBetween(draft, before) }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      onClose={onClose}
      title={row === undefined ? `Create ${word}` : `Edit ${row.name}`}
      note={row === undefined ? about : "Limits that only get another amount keep what they counted."}
      action={row === undefined ? `Create ${word}` : "Save changes"}
      busy={create.isPending || change.isPending}
      error={create.error ?? change.error}
      onSubmit={submit}
    >
      <ScopeFields
        kind={kind}
        isNew={row === undefined}
        draft={draft}
        onChange={(part) => setDraft({ ...draft, ...part })}
      />
    </FormDialog>
  );
}
