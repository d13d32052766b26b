import { useState } from "react";
import { ApiProblem } from "#api/problem";
import { Button } from "#components/button";
import { Checkbox } from "#components/checkbox";
import { Combobox } from "#components/combobox";
import { CopyButton } from "#components/copy-button";
import { Field } from "#components/field";
import { FieldProblems } from "#components/field-problems";
import { Kbd } from "#components/kbd";
import { Menu } from "#components/menu";
import { SecretOnce } from "#components/secret-once";
import { Select } from "#components/select";
import { TextAreaField, TextField } from "#components/text-field";

const refused = new ApiProblem(
  400,
  "Bad Request",
  "A budget must be positive",
  new Map([["limit_usd", "must be positive"]]),
);
const periods = ["5m", "1h", "1d", "1mo"].map((value) => ({ value, label: value }));
const models = ["openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-sonnet-5"].map((value) => ({
  value,
  label: value,
}));

export function Controls() {
  const [name, setName] = useState("ci");
  const [limit, setLimit] = useState("-3");
  const [period, setPeriod] = useState("1d");
  const [model, setModel] = useState("");
  const [checked, setChecked] = useState(true);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Button kind="primary">Create key</Button>
        <Button icon="refresh">Rotate</Button>
        <Button kind="quiet">Cancel</Button>
        <Button kind="danger" icon="trash">
          Revoke
        </Button>
        <Button busy>Saving</Button>
        <CopyButton text="hg-" />
        <Menu
          label="More"
          entries={[
            { label: "Edit", icon: "edit", onSelect: () => {} },
            "line",
            { label: "Delete", icon: "trash", danger: true, onSelect: () => {} },
          ]}
        />
        <Kbd keys="g k" />
      </div>
      <div className="grid max-w-3xl gap-4 sm:grid-cols-2">
        <FieldProblems error={refused}>
          <TextField label="Name" name="name" value={name} onChange={setName} help="Shown in lists and in the log." />
          <TextField label="Limit in dollars" name="limit_usd" value={limit} onChange={setLimit} inputMode="decimal" />
          <Field label="Period">
            {(control) => (
              <Select {...control} options={periods} value={period} onChange={setPeriod} className="w-full" />
            )}
          </Field>
          <Field label="Model" optional>
            {(control) => (
              <Combobox {...control} options={models} value={model} onChange={setModel} placeholder="All" />
            )}
          </Field>
          <TextAreaField label="Note" value="" onChange={() => {}} optional />
          <Checkbox
            label="Hard limit"
            help="Requests are refused when it is used up."
            checked={checked}
            onChange={setChecked}
          />
        </FieldProblems>
      </div>
      <SecretOnce secret="hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh" label="key" />
    </>
  );
}
