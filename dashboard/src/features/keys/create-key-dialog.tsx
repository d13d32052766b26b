import { useState } from "react";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { FormDialog } from "#components/form-dialog";
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
  return (
    <FormDialog
      onClose={onClose}
      title="Create key"
      note="For one application, person or job. Its secret is shown once, after this."
      action="Create key"
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate(newKeyFrom(draft))}
    >
      <KeyForm draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
    </FormDialog>
  );
}
