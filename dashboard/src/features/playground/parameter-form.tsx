import type { Model } from "#api/schema.gen";
import { Checkbox } from "#components/checkbox";
import { Field } from "#components/field";
import { Select } from "#components/select";
import { TextField } from "#components/text-field";
import { efforts, faultOf, type ParameterName, type Parameters, takes } from "./parameters";

const effortOptions = efforts.map((value) => ({ value, label: value === "" ? "Model's own" : value }));

type Props = {
  readonly parameters: Parameters;
  /** What each chosen name may lead to. */
  readonly reached: readonly (readonly Model[])[];
  readonly onChange: (change: Partial<Parameters>) => void;
};

/** The parameters that at least one of the models takes; empty ones are left out of requests. */
export function ParameterForm({ parameters, reached, onChange }: Props) {
  const isTaken = (name: ParameterName) => reached.length === 0 || reached.some((models) => takes(models, name));
  const figure = (name: "max" | "temperature" | "top_p", label: string, inputMode: "decimal" | "numeric") => (
    <TextField
      label={label}
      inputMode={inputMode}
      placeholder="Model's own"
      value={parameters[name]}
      error={faultOf(name, parameters[name])}
      onChange={(value) => onChange({ [name]: value.trim() })}
    />
  );
  return (
    <div className="grid grid-cols-2 gap-x-3 gap-y-4">
      {figure("max", "Max tokens", "numeric")}
      {isTaken("effort") && (
        <Field label="Reasoning effort">
          {(control) => (
            <Select
              {...control}
              options={effortOptions}
              value={parameters.effort}
              onChange={(effort) => onChange({ effort })}
              className="w-full"
            />
          )}
        </Field>
      )}
      {isTaken("temperature") && figure("temperature", "Temperature", "decimal")}
      {isTaken("top_p") && figure("top_p", "Top P", "decimal")}
      {isTaken("json") && (
        <div className="col-span-2">
          <Checkbox label="Answer in JSON" checked={parameters.json} onChange={(json) => onChange({ json })} />
        </div>
      )}
    </div>
  );
}
