import { type FormEvent, useState } from "react";
import type { KnownProvider } from "#api/schema.gen";
import { Button } from "#components/button";
import { FieldProblems, FormError } from "#components/field-problems";
import { TestResults } from "#components/test-results";
import { TextField } from "#components/text-field";
import { useConnectProvider } from "./connect-provider";

type Props = { readonly provider: KnownProvider; readonly onOther: () => void };

/** Takes the provider's key once a real call with it was answered. */
export function KeyStep({ provider, onOther }: Props) {
  const { id, name, needs_key, environment_variable = "", environment_variable_set, configured } = provider;
  const reference = environment_variable_set ? `env:${environment_variable}` : "";
  const [value, setValue] = useState(reference);
  const connect = useConnectProvider();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate({ id, value: needs_key ? value : undefined, configured });
  };
  return (
    <FieldProblems error={connect.error}>
      <form onSubmit={submit} className="flex max-w-lg flex-col gap-4">
        {needs_key && (
          <TextField
            label={`Key of ${name}`}
            name="value"
            help={`Paste it, or name the variable that holds it: env:${environment_variable}. It is tried by one small real call.`}
            value={value}
            onChange={(next) => {
              setValue(next);
              connect.reset();
            }}
            mono
            autoComplete="off"
            autoFocus
            required
          />
        )}
        {connect.data !== undefined && <TestResults test={connect.data} />}
        <FormError error={connect.error} />
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" type="submit" busy={connect.isPending}>
            {connect.isPending ? "Trying it…" : needs_key ? "Check and save" : `Connect ${name}`}
          </Button>
          <Button kind="quiet" onClick={onOther}>
            Another provider
          </Button>
        </div>
      </form>
    </FieldProblems>
  );
}
