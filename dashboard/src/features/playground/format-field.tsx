import { useState } from "react";
import { Button } from "#components/button";
import { Field } from "#components/field";
import { Select } from "#components/select";
import type { AnswerSchema } from "./answer-schema";
import type { Parameters } from "./parameters";
import { SchemaDialog } from "./schema-dialog";

const options: readonly { readonly value: Parameters["json"]; readonly label: string }[] = [
  { value: "", label: "Text" },
  { value: "1", label: "Any JSON" },
  { value: "schema", label: "JSON by a schema" },
];

type Props = {
  readonly value: Parameters["json"];
  readonly onChange: (value: Parameters["json"]) => void;
  readonly schema: AnswerSchema;
  readonly onSchema: (schema: AnswerSchema) => void;
};

/** What answers look like; a schema of theirs is written in a dialog. */
export function FormatField({ value, onChange, schema, onSchema }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Field label="Answer as">
      {(control) => (
        <div className="flex gap-2">
          <Select {...control} options={options} value={value} onChange={onChange} className="min-w-0 flex-1" />
          {value === "schema" && <Button onClick={() => setOpen(true)}>Edit schema</Button>}
          {open && (
            <SchemaDialog
              schema={schema}
              onSave={(saved) => {
                onSchema(saved);
                setOpen(false);
              }}
              onClose={() => setOpen(false)}
            />
          )}
        </div>
      )}
    </Field>
  );
}
