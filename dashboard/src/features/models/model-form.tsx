import { useState } from "react";
import type { Model } from "#api/schema.gen";
import { Field } from "#components/field";
import { FormDialog } from "#components/form-dialog";
import { Select } from "#components/select";
import { TextField } from "#components/text-field";
import { useAddModel } from "./add-model";
import { useChangeModel } from "./change-model";
import { useProviders } from "./list-providers";
import { ownOf, patchOf, type Typed, typedOf } from "./model-draft";

type Props = {
  /** Undefined for one that is added by hand. */
  readonly model: Model | undefined;
  readonly onClose: () => void;
  readonly onDone: (id: string) => void;
};

/** What holds of a model in place of the catalog. */
export function ModelForm({ model, onClose, onDone }: Props) {
  const [typed, setTyped] = useState(() => typedOf(model));
  const { data: providers } = useProviders();
  const options = (providers?.data ?? [])
    .filter(({ read_only }) => !read_only)
    .map(({ id, name }) => ({ value: id, label: name }));
  const provider = typed.provider === "" ? (options[0]?.value ?? "") : typed.provider;
  const add = useAddModel();
  const change = useChangeModel(model?.id ?? "");
  const submit = async () => {
    if (model === undefined) onDone((await add.mutateAsync({ provider, id: typed.id, ...ownOf(typed) })).id);
    else {
      await change.mutateAsync({ patch: patchOf(typed), back: patchOf(typedOf(model)) });
      onDone(model.id);
    }
  };
  const text = (name: keyof Typed) => ({
    value: typed[name],
    onChange: (value: string) => setTyped({ ...typed, [name]: value }),
  });
  return (
    <FormDialog
      onClose={onClose}
      title={model === undefined ? "Add a model" : `Override ${model.id}`}
      note={
        model === undefined
          ? "For a model that the catalog does not know, such as one on a server of your own."
          : "What is left empty goes by the catalog."
      }
      action={model === undefined ? "Add model" : "Save changes"}
      busy={add.isPending || change.isPending}
      disabled={model === undefined && provider === ""}
      error={add.error ?? change.error}
      onSubmit={submit}
    >
      {model === undefined && (
        <>
          <Field
            label="Provider"
            name="provider"
            help={options.length === 0 ? "There is none that can be changed here: add one first." : undefined}
          >
            {(control) => (
              <Select
                {...control}
                options={options}
                value={provider}
                onChange={(value) => setTyped({ ...typed, provider: value })}
              />
            )}
          </Field>
          <TextField label="Name at the provider" name="id" mono required {...text("id")} />
        </>
      )}
      <ModelFields text={text} />
    </FormDialog>
  );
}

type TextOf = (name: keyof Typed) => { readonly value: string; readonly onChange: (value: string) => void };

function ModelFields({ text }: { readonly text: TextOf }) {
  return (
    <>
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-2 text-muted">Price in US dollars per million tokens</legend>
        <div className="grid grid-cols-2 gap-4">
          <TextField label="Input" name="price.input" inputMode="decimal" optional {...text("input")} />
          <TextField label="Output" name="price.output" inputMode="decimal" optional {...text("output")} />
          <TextField label="Cache read" name="price.cache_read" inputMode="decimal" optional {...text("cacheRead")} />
          <TextField
            label="Cache write"
            name="price.cache_write"
            inputMode="decimal"
            optional
            {...text("cacheWrite")}
          />
        </div>
      </fieldset>
      <div className="grid grid-cols-2 gap-4">
        <TextField label="Context, tokens" name="context" inputMode="numeric" optional {...text("context")} />
        <TextField label="Longest answer" name="max_output" inputMode="numeric" optional {...text("maxOutput")} />
      </div>
    </>
  );
}
