import { Field } from "#components/field";
import { Select } from "#components/select";
import { TextAreaField, TextField } from "#components/text-field";
import type { AnswerSchema } from "./answer-schema";
import { FormatField } from "./format-field";
import { efforts, type Feature, faultOf, type Parameters, takes } from "./parameters";
import type { ReachedModel } from "./use-unsaid";

const effortOptions = efforts.map((value) => ({ value, label: value === "" ? "Model's own" : value }));

type Props = {
  readonly parameters: Parameters;
  readonly schema: AnswerSchema;
  /** What each chosen name may lead to. */
  readonly reached: readonly (readonly ReachedModel[])[];
  readonly onChange: (change: Partial<Parameters>) => void;
  readonly onSchema: (schema: AnswerSchema) => void;
};

/** The parameters that at least one of the models takes; empty ones are left out of requests. */
export function ParameterForm({ parameters, schema, reached, onChange, onSchema }: Props) {
  const isTaken = (name: Feature) => reached.length === 0 || reached.some((models) => takes(models, name));
  const figure = (
    name: "max" | "temperature" | "top_p" | "seed",
    label: string,
    inputMode: "decimal" | "numeric",
    placeholder = "Model's own",
  ) => (
    <TextField
      label={label}
      inputMode={inputMode}
      placeholder={placeholder}
      value={parameters[name]}
      error={faultOf(name, parameters)}
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
      {isTaken("seed") && figure("seed", "Seed", "numeric", "None")}
      {isTaken("stop") && (
        <TextAreaField
          label="Stop sequences"
          rows={1}
          mono
          placeholder="One a line"
          value={parameters.stop}
          error={faultOf("stop", parameters)}
          onChange={(stop) => onChange({ stop })}
        />
      )}
      {(isTaken("json") || isTaken("json-schema")) && (
        <div className="col-span-2">
          <FormatField
            value={parameters.json}
            onChange={(json) => onChange({ json })}
            schema={schema}
            onSchema={onSchema}
          />
        </div>
      )}
    </div>
  );
}
