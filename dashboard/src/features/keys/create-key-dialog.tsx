import { type FormEvent, useId, useState } from "react";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { useCreateKey } from "./create-key";
import { emptyKeyDraft, newKeyFrom } from "./key-draft";
import { KeyForm } from "./key-form";
import { KeySecret } from "./key-secret";

type Props = {
  readonly onClose: () => void;
  /** Leaves for the key that was made. */
  readonly onMade: (id: string) => void;
  readonly team?: string | undefined;
  readonly customer?: string | undefined;
};

/** Asks for a new key, then shows its secret once. */
export function CreateKeyDialog({ onClose, onMade, team = "", customer = "" }: Props) {
  const form = useId();
  const [draft, setDraft] = useState({ ...emptyKeyDraft, team, customer });
  const create = useCreateKey();
  const made = create.data;
  if (made !== undefined) {
    const close = () => onMade(made.id);
    return (
      <Dialog
        open
        careful
        onClose={close}
        title={`${made.name} is made`}
        note="It works from now on."
        actions={
          <Button kind="primary" onClick={close}>
            Done
          </Button>
        }
      >
        <KeySecret made={made} />
      </Dialog>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(newKeyFrom(draft));
  };
  return (
    <Dialog
      open
      careful
      onClose={onClose}
      title="Create key"
      note="For one application, person or job. Its secret is shown once, after this."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={create.isPending}>
            Create key
          </Button>
        </>
      }
    >
      <FieldProblems error={create.error}>
        <form id={form} onSubmit={submit} className="flex flex-col gap-4">
          <KeyForm draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
          <ErrorLine error={create.error} />
        </form>
      </FieldProblems>
    </Dialog>
  );
}
