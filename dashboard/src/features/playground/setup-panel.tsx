import type { VirtualKey } from "#api/schema.gen";
import { Field } from "#components/field";
import { KeyPicker } from "#components/key-picker";
import { TextAreaField } from "#components/text-field";
import { ModelPicker } from "./model-picker";
import { ParameterForm } from "./parameter-form";
import { ToolList } from "./tool-list";
import type { SetupState } from "./use-setup";
import type { ReachedModel } from "./use-unsaid";

type Props = {
  readonly state: SetupState;
  /** The key that pays. */
  readonly virtualKey: VirtualKey;
  readonly reached: readonly (readonly ReachedModel[])[];
};

/** Who is asked, who pays, and how. */
export function SetupPanel({ state, virtualKey, reached }: Props) {
  const { set, setup } = state;
  return (
    <div className="flex flex-col gap-5">
      <ModelPicker chosen={state.models} onChange={(model) => set({ model })} />
      <Field
        label="Virtual key"
        help={
          <>
            It pays, and its limits hold. Requests get the tag <code className="font-mono text-xs">playground</code>.
          </>
        }
      >
        {(control) => <KeyPicker {...control} value={virtualKey} onChange={(key) => set({ key })} />}
      </Field>
      <TextAreaField
        label="System prompt"
        optional
        rows={4}
        placeholder="You are a helpful assistant."
        value={setup.system}
        onChange={(text) => state.setSystem(() => text)}
      />
      <ParameterForm
        parameters={setup.parameters}
        schema={setup.schema}
        reached={reached}
        onChange={set}
        onSchema={(schema) => state.setSchema(() => schema)}
      />
      <ToolList tools={setup.tools} onChange={state.setTools} />
    </div>
  );
}
