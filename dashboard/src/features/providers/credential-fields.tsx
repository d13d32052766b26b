import { Field } from "#components/field";
import { Select } from "#components/select";
import { TextAreaField } from "#components/text-field";
import { blankCredentials, credentialForms, typeIn } from "./secret-body";

type Props = { readonly value: string; readonly onChange: (value: string) => void };

/** Credentials of a cloud, as JSON: a form to fill in, or Google's own file. */
export function CredentialFields({ value, onChange }: Props) {
  const type = typeIn(value);
  const known = credentialForms.some((form) => form.value === type);
  const options = known ? credentialForms : [...credentialForms, { value: type, label: "As it is pasted below" }];
  return (
    <>
      <Field label="Credentials of">
        {(control) => (
          <Select
            {...control}
            options={options}
            value={type}
            onChange={(chosen) => onChange(blankCredentials(chosen))}
          />
        )}
      </Field>
      <TextAreaField
        label="Credentials"
        name="credentials"
        help="JSON, also Google's file as it is. Tokens are fetched with it before they are needed. A secret in it may be env:NAME."
        value={value}
        onChange={onChange}
        rows={8}
        mono
        autoComplete="off"
        required
      />
    </>
  );
}
