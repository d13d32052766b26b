import { Combobox } from "#components/combobox";
import { Field } from "#components/field";
import { LimitsEditor } from "#components/limits-editor";
import { TextField } from "#components/text-field";
import { useCustomerNames } from "./list-customer-names";
import type { ScopeDraft } from "./scope-draft";
import type { ScopeKind } from "./scope-kind";

type Props = {
  readonly kind: ScopeKind;
  readonly isNew: boolean;
  readonly draft: ScopeDraft;
  readonly onChange: (part: Partial<ScopeDraft>) => void;
};

export function ScopeFields({ kind, isNew, draft, onChange }: Props) {
  return (
    <>
      {isNew && (
        <TextField
          label="Name"
          name="name"
          required
          autoFocus
          autoComplete="off"
          maxLength={200}
          value={draft.name}
          onChange={(name) => onChange({ name })}
        />
      )}
      {kind === "teams" && <CustomerField value={draft.customer} onChange={(customer) => onChange({ customer })} />}
      {kind === "limits" && <MatchFields draft={draft} onChange={onChange} />}
      <LimitsEditor limits={draft.limits} onChange={(limits) => onChange({ limits })} />
    </>
  );
}

function CustomerField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const customers = useCustomerNames();
  const options = customers.map((name) => ({ value: name, label: name }));
  return (
    <Field label="Customer" name="customer" optional help="Its limits hold for this team too.">
      {(control) => <Combobox {...control} options={options} placeholder="none" value={value} onChange={onChange} />}
    </Field>
  );
}

/** Which requests a limit of the gateway counts; all when left empty. */
function MatchFields({ draft, onChange }: Pick<Props, "draft" | "onChange">) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        label="Provider"
        name="provider"
        optional
        mono
        placeholder="all"
        help="A pattern: openai, azure-*."
        value={draft.provider}
        onChange={(provider) => onChange({ provider })}
      />
      <TextField
        label="Model"
        name="model"
        optional
        mono
        placeholder="all"
        help="A pattern: openai/gpt-4*."
        value={draft.model}
        onChange={(model) => onChange({ model })}
      />
      <TextField
        label="Provider key"
        name="provider_key"
        optional
        mono
        placeholder="all"
        value={draft.providerKey}
        onChange={(providerKey) => onChange({ providerKey })}
      />
      <TextField
        label="Keys with the tags"
        name="tags"
        optional
        mono
        placeholder="all"
        help="name:value, separated by commas."
        value={draft.tags}
        onChange={(tags) => onChange({ tags })}
      />
    </div>
  );
}
