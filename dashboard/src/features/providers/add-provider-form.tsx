import { useState } from "react";
import type { KnownProvider } from "#api/schema.gen";
import { Button } from "#components/button";
import { FormDialog } from "#components/form-dialog";
import { TestResults } from "#components/test-results";
import { useAddProvider } from "./add-provider";
import { bodyOf, type Draft, draftFor, secretOf } from "./draft";
import { KeyFields } from "./key-fields";
import { OwnFields } from "./own-fields";
import { secretBody } from "./secret-body";
import { forwarded } from "./secret-fields";
import { useTestNewProvider } from "./test-new-provider";

type Props = {
  /** Undefined for one of the user's own. */
  readonly known: KnownProvider | undefined;
  readonly onBack: () => void;
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
};

/** Tries it by a real call, and adds it when that is answered; after a failure it can be added all the same. */
export function AddProviderForm({ known, onBack, onClose, onAdded }: Props) {
  const [draft, setDraft] = useState(() => draftFor(known));
  const test = useTestNewProvider();
  const add = useAddProvider();
  const change = (fields: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...fields }));
    test.reset();
  };
  const failed = test.error !== null || test.data?.ok === false;
  const submit = async () => {
    const provider = bodyOf(draft, known);
    const value = secretOf(draft);
    const tried = { ...provider, ...(value !== undefined && secretBody(value)) };
    const canTry = value !== forwarded && !failed;
    if (canTry && !(await test.mutateAsync(tried)).ok) return;
    await add.mutateAsync({ provider, value });
    onAdded(provider.id);
  };
  return (
    <FormDialog
      onClose={onClose}
      title={`Add ${known?.name ?? "a provider of your own"}`}
      note="It is tried by one small real call before it is saved."
      action={test.isPending ? "Trying it…" : failed ? "Add anyway" : "Add provider"}
      busy={test.isPending || add.isPending}
      error={add.error ?? test.error}
      onSubmit={submit}
      aside={
        <Button kind="quiet" icon="left" onClick={onBack}>
          All providers
        </Button>
      }
    >
      {known === undefined && <OwnFields draft={draft} onChange={change} />}
      <KeyFields known={known} draft={draft} onChange={change} />
      {test.data !== undefined && <TestResults test={test.data} />}
    </FormDialog>
  );
}
