import { Combobox } from "#components/combobox";
import { Field } from "#components/field";
import { LimitsEditor } from "#components/limits-editor";
import { TextField } from "#components/text-field";
import type { KeyFormProps } from "./key-draft";
import { KeyFormAccess } from "./key-form-access";
import { KeyFormCost } from "./key-form-cost";
import { KeyFormRecords } from "./key-form-records";
import { useCustomerNames, useTeamNames } from "./list-scope-names";

/** All that can be said of a key: what most want on top, the rest folded away. */
export function KeyForm({ draft, onChange }: KeyFormProps) {
  const teams = useTeamNames();
  const customers = useCustomerNames();
  return (
    <>
      <TextField
        label="Name"
        name="name"
        required
        autoFocus
        autoComplete="off"
        maxLength={200}
        placeholder="ci"
        value={draft.name}
        onChange={(name) => onChange({ name })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Team" name="team" optional>
          {(control) => (
            <Combobox
              {...control}
              placeholder="none"
              options={optionsOf(teams)}
              value={draft.team}
              onChange={(team) => onChange({ team })}
            />
          )}
        </Field>
        <Field label="Customer" name="customer" optional>
          {(control) => (
            <Combobox
              {...control}
              placeholder="none"
              options={optionsOf(customers)}
              value={draft.customer}
              onChange={(customer) => onChange({ customer })}
            />
          )}
        </Field>
      </div>
      <LimitsEditor limits={draft.limits} onChange={(limits) => onChange({ limits })} />
      <TextField
        label="Models"
        name="models"
        optional
        mono
        placeholder="all"
        help="Names that it may ask for, separated by commas; * stands for anything: openai/*, fast."
        value={draft.models}
        onChange={(models) => onChange({ models })}
      />
      <KeyFormAccess draft={draft} onChange={onChange} />
      <KeyFormCost draft={draft} onChange={onChange} />
      <KeyFormRecords draft={draft} onChange={onChange} />
    </>
  );
}

function optionsOf(names: readonly string[]) {
  return names.map((name) => ({ value: name, label: name }));
}
