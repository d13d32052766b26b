import { Field } from "#components/field";
import { Select } from "#components/select";
import { TextField } from "#components/text-field";
import type { Draft } from "./draft";

const dialects = [
  { value: "openai-chat", label: "OpenAI (chat completions)" },
  { value: "anthropic-messages", label: "Anthropic (messages)" },
] as const;

type Props = { readonly draft: Draft; readonly onChange: (fields: Partial<Draft>) => void };

/** What Headgate has to know of a provider that it does not know. */
export function OwnFields({ draft, onChange }: Props) {
  return (
    <>
      <TextField
        label="Id"
        name="id"
        help={`Stands before its models: ${draft.id === "" ? "cellar" : draft.id}/llama-4. Lower-case letters, digits and hyphens.`}
        value={draft.id}
        onChange={(id) => onChange({ id })}
        mono
        required
      />
      <TextField label="Name" name="name" optional value={draft.name} onChange={(name) => onChange({ name })} />
      <Field label="Wire format" name="dialect">
        {(control) => (
          <Select {...control} options={dialects} value={draft.dialect} onChange={(dialect) => onChange({ dialect })} />
        )}
      </Field>
      <TextField
        label="Base URL"
        name="base_url"
        placeholder="http://127.0.0.1:8000/v1"
        help="The address that its API documentation names, with /v1 where it has one."
        value={draft.baseUrl}
        onChange={(baseUrl) => onChange({ baseUrl })}
        mono
        required
      />
    </>
  );
}
