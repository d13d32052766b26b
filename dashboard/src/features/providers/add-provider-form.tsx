import { type FormEvent, useId, useState } from "react";
import type { KnownProvider } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { TestResults } from "#components/test-results";
import { useAddProvider } from "./add-provider";
import { bodyOf, type Draft, draftFor, secretOf } from "./draft";
import { KeyFields } from "./key-fields";
import { OwnFields } from "./own-fields";
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
  const form = useId();
  const [draft, setDraft] = useState(() => draftFor(known));
  const test = useTestNewProvider();
  const add = useAddProvider();
  const change = (fields: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...fields }));
    test.reset();
  };
  const failed = test.error !== null || test.data?.ok === false;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const provider = bodyOf(draft, known);
    const value = secretOf(draft);
    const tried = { ...provider, ...(value !== undefined && { value }) };
    if (!failed && !(await test.mutateAsync(tried)).ok) return;
    await add.mutateAsync({ provider, value });
    onAdded(provider.id);
  };
  const error = add.error ?? test.error;
  const actions = (
    <>
      <Button kind="quiet" icon="left" onClick={onBack} className="mr-auto">
        All providers
      </Button>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={form} busy={test.isPending || add.isPending}>
        {test.isPending ? "Trying it…" : failed ? "Add anyway" : "Add provider"}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Add ${known?.name ?? "a provider of your own"}`}
      note="It is tried by one small real call before it is saved."
      actions={actions}
    >
      <FieldProblems error={error}>
        <form id={form} onSubmit={(event) => void submit(event).catch(() => undefined)} className="flex flex-col gap-4">
          {known === undefined && <OwnFields draft={draft} onChange={change} />}
          <KeyFields known={known} draft={draft} onChange={change} />
        </form>
      </FieldProblems>
      {test.data !== undefined && <TestResults test={test.data} />}
      <ErrorLine error={error} />
    </Dialog>
  );
}
