import { useState } from "react";
import type { VirtualKey } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { Field } from "#components/field";
import { FormDialog } from "#components/form-dialog";
import { type Option, Select } from "#components/select";
import { KeySecret } from "./key-secret";
import { useRotateKey } from "./rotate-key";

const graces: readonly Option<string>[] = [
  { value: "1h", label: "For an hour more" },
  { value: "1d", label: "For a day more" },
  { value: "1w", label: "For a week more" },
  { value: "1mo", label: "For a month more" },
  { value: "", label: "Not at all: it ends now" },
];

/** Gives the key a new secret while the old one goes on for a while. */
export function RotateKeyDialog({ row, onClose }: { readonly row: VirtualKey; readonly onClose: () => void }) {
  const [grace, setGrace] = useState("1d");
  const rotate = useRotateKey();
  const made = rotate.data;
  if (made !== undefined) {
    return (
      <Dialog
        open
        careful
        onClose={onClose}
        title={`${row.name} has a new secret`}
        note={grace === "" ? "The old one is refused now." : "The old one goes on as long as you said."}
        actions={
          <Button kind="primary" onClick={onClose}>
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
      title={`Rotate ${row.name}`}
      note="It gets a new secret, which is shown once. Limits, use and records stay with the key."
      action="Rotate key"
      busy={rotate.isPending}
      error={rotate.error}
      onSubmit={() => rotate.mutate({ id: row.id, ...(grace !== "" && { grace }) })}
    >
      <Field label="The old secret works" help="Time to put the new one where the old one is used.">
        {(control) => <Select {...control} options={graces} value={grace} onChange={setGrace} />}
      </Field>
    </FormDialog>
  );
}
