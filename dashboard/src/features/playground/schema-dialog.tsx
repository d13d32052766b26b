import { useState } from "react";
import { Checkbox } from "#components/checkbox";
import { FormDialog } from "#components/form-dialog";
import { TextAreaField, TextField } from "#components/text-field";
import { type AnswerSchema, schemaFaults } from "./answer-schema";

type Props = {
  readonly schema: AnswerSchema;
  readonly onSave: (schema: AnswerSchema) => void;
  readonly onClose: () => void;
};

/** The JSON Schema that answers are to follow. */
export function SchemaDialog({ schema, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(schema);
  const faults = schemaFaults(draft);
  const change = (part: Partial<AnswerSchema>) => setDraft({ ...draft, ...part });
  return (
    <FormDialog
      onClose={onClose}
      title="Schema of answers"
      note="Each model is told to answer with JSON of this form, in its provider's own words."
      action="Save schema"
      busy={false}
      disabled={Object.keys(faults).length > 0}
      onSubmit={() => onSave(draft)}
    >
      <TextField label="Name" mono value={draft.name} error={faults.name} onChange={(name) => change({ name })} />
      <TextAreaField
        label="JSON Schema"
        mono
        rows={14}
        value={draft.schema}
        error={faults.schema}
        onChange={(text) => change({ schema: text })}
      />
      <Checkbox
        label="Strict"
        help="The provider lets nothing else be said. Most then want every property required and no others."
        checked={draft.strict}
        onChange={(strict) => change({ strict })}
      />
    </FormDialog>
  );
}
