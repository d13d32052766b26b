import { type FormEvent, useId, useState } from "react";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { StaleHint } from "#components/stale-hint";
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
  const form = useId();
  const { word, about } = scopeKinds[kind];
  const [before] = useState(() => (row === undefined ? emptyScopeDraft : draftOf(row)));
  const [version] = useState(row?.version ?? "");
  const [draft, setDraft] = useState(before);
  const create = useCreateScope(kind);
  const change = useChangeScope(kind);
  const error = create.error ?? change.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (row === undefined) {
      const body = newScopeFrom(draft);
      return create.mutate(body, { onSuccess: () => onMade?.(body.name) });
    }
    const patch = patchBetween(before, draft);
    if (Object.keys(patch).length === 0) return onClose();
    change.mutate({ name: row.name, version, patch, inverse: patchBetween(draft, before) }, { onSuccess: onClose });
  };
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={form} busy={create.isPending || change.isPending}>
        {row === undefined ? `Create ${word}` : "Save changes"}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={row === undefined ? `Create ${word}` : `Edit ${row.name}`}
      note={row === undefined ? about : "Limits that only get another amount keep what they counted."}
      actions={actions}
    >
      <FieldProblems error={error}>
        <form id={form} onSubmit={submit} className="flex flex-col gap-4">
          <ScopeFields
            kind={kind}
            isNew={row === undefined}
            draft={draft}
            onChange={(part) => setDraft({ ...draft, ...part })}
          />
          <ErrorLine error={error} />
          <StaleHint error={error} />
        </form>
      </FieldProblems>
    </Dialog>
  );
}
