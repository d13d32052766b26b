import type { KnownProvider } from "#api/schema.gen";
import { Checkbox } from "#components/checkbox";
import { TextField } from "#components/text-field";
import type { Draft } from "./draft";
import { SecretFields } from "./secret-fields";

type Props = {
  readonly known: KnownProvider | undefined;
  readonly draft: Draft;
  readonly onChange: (fields: Partial<Draft>) => void;
};

/** The key of a provider that is added, and where the provider is. */
export function KeyFields({ known, draft, onChange }: Props) {
  const variable = known?.environment_variable;
  return (
    <>
      {!draft.withoutKey && (
        <SecretFields
          label="Key"
          help={
            variable === undefined
              ? "The key itself, or env:NAME or file:PATH for where it is."
              : `The key itself, or where it is: env:${variable}.`
          }
          value={draft.value}
          onChange={(value) => onChange({ value })}
          mayForward={known !== undefined && draft.baseUrl === known.base_url}
        />
      )}
      {known === undefined && (
        <Checkbox
          label="It needs no key"
          checked={draft.withoutKey}
          onChange={(withoutKey) => onChange({ withoutKey })}
        />
      )}
      {known?.base_url_variables !== undefined && (
        <TextField
          label="Base URL"
          name="base_url"
          help={`Your own, such as ${known.base_url}; or set ${known.base_url_variables.join(" and ")} where Headgate runs.`}
          value={draft.baseUrl}
          onChange={(baseUrl) => onChange({ baseUrl })}
          mono
          required
        />
      )}
      {known !== undefined && known.base_url_variables === undefined && !known.base_url.startsWith("demo:") && (
        <details className="flex flex-col">
          <summary className="cursor-pointer text-muted">Another address</summary>
          <div className="pt-3">
            <TextField
              label="Base URL"
              name="base_url"
              help="Only where it is reached through a proxy of your own, or in another region."
              value={draft.baseUrl}
              onChange={(baseUrl) => onChange({ baseUrl })}
              mono
            />
          </div>
        </details>
      )}
      {(known === undefined || draft.baseUrl !== known.base_url) && (
        <Checkbox
          label="It is in a private network"
          help="Addresses such as 10.x and 192.168.x are refused otherwise."
          checked={draft.privateNetwork}
          onChange={(privateNetwork) => onChange({ privateNetwork })}
        />
      )}
    </>
  );
}
