import { useState } from "react";
import { FormDialog } from "#components/form-dialog";
import { TextAreaField, TextField } from "#components/text-field";
import { isObject, tryParse } from "#lib/json";
import type { MockTool } from "./conversation";

export const newTool: MockTool = {
  name: "",
  description: "",
  parameters: '{\n  "type": "object",\n  "properties": {\n    "city": { "type": "string" }\n  }\n}',
  answer: "",
};

type Props = {
  readonly tool: MockTool;
  /** Names that others have. */
  readonly taken: readonly string[];
  readonly onSave: (tool: MockTool) => void;
  readonly onClose: () => void;
};

/** A tool as models get to know it, and what it will answer whenever it is called. */
export function ToolDialog({ tool, taken, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(tool);
  const [tried, setTried] = useState(false);
  const faults = faultsOf(draft, taken);
  const isRight = Object.values(faults).every((fault) => fault === undefined);
  const field = (name: keyof MockTool) => ({
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    error: tried ? faults[name] : undefined,
  });
  const save = () => {
    setTried(true);
    if (isRight) onSave(draft);
  };
  return (
    <FormDialog
      onClose={onClose}
      title={tool.name === "" ? "Add a tool" : `Tool ${tool.name}`}
      note="Nothing is run: whenever a model calls it, it gets the answer below, and goes on."
      action={tool.name === "" ? "Add tool" : "Save tool"}
      busy={false}
      onSubmit={save}
    >
      <TextField label="Name" mono placeholder="get_weather" {...field("name")} />
      <TextField label="Description" optional placeholder="The weather in a city" {...field("description")} />
      <TextAreaField label="Parameters" mono rows={7} help="A JSON Schema." {...field("parameters")} />
      <TextAreaField label="Mocked answer" mono rows={3} placeholder='{"celsius": 21}' {...field("answer")} />
    </FormDialog>
  );
}

function faultsOf({ name, parameters }: MockTool, taken: readonly string[]) {
  const isName = /^[\w-]{1,64}$/.test(name);
  const nameFault = taken.includes(name) ? "another tool has this name" : "must be 1 to 64 letters, digits, _ or -";
  const faults: { readonly [field in keyof MockTool]?: string | undefined } = {
    name: isName && !taken.includes(name) ? undefined : nameFault,
    parameters: isObject(tryParse(parameters)) ? undefined : "must be a JSON object",
  };
  return faults;
}
