import { useState } from "react";
import type { Provider, ProviderKey } from "#api/schema.gen";
import { FormDialog } from "#components/form-dialog";
import { TestResults } from "#components/test-results";
import { TextField } from "#components/text-field";
import { useKnownProviders } from "./list-known-providers";
import { usePutKey } from "./put-key";
import { secretBody } from "./secret-body";
import { forwarded, SecretFields } from "./secret-fields";
import { useTestProvider } from "./test-provider";

type Props = {
  readonly provider: Provider;
  readonly before: ProviderKey | undefined;
  /** Asks for the new secret alone. */
  readonly rotate: boolean;
  readonly onClose: () => void;
};

/** Adds, changes or rotates a provider key. A new secret is tried by a real call before it is saved. */
export function KeyDialog({ provider, before, rotate, onClose }: Props) {
  const [name, setName] = useState(before?.name ?? freeName(provider));
  const [value, setValue] = useState("");
  const [weight, setWeight] = useState(String(before?.weight ?? 1));
  const [models, setModels] = useState(before?.models?.join(", ") ?? "");
  const test = useTestProvider(provider.id);
  const put = usePutKey(provider.id, before);
  const mayForward = useIsAtHome(provider) && before === undefined;
  const failed = test.data !== undefined && !test.data.ok;
  const submit = async () => {
    const canTry = value !== "" && value !== forwarded && !failed;
    if (canTry && !(await test.mutateAsync(secretBody(value))).ok) return;
    const globs = models.split(/[\s,]+/).filter((glob) => glob !== "");
    await put.mutateAsync({ name, value, weight: Number(weight), ...(globs.length > 0 && { models: globs }) });
    onClose();
  };
  const { title, note, action } = wordsFor(before, rotate, provider.name);
  return (
    <FormDialog
      onClose={onClose}
      title={title}
      note={note}
      action={failed ? `${action} anyway` : action}
      busy={test.isPending || put.isPending}
      error={put.error ?? test.error}
      onSubmit={submit}
    >
      {!rotate && <TextField label="Name" name="name" value={name} onChange={setName} required />}
      {(before === undefined || rotate) && (
        <SecretFields
          label={rotate ? "New secret" : "Secret"}
          help="The key itself, or env:NAME or file:PATH for where it is."
          value={value}
          onChange={(next) => {
            setValue(next);
            test.reset();
          }}
          mayForward={mayForward}
        />
      )}
      {!rotate && (
        <>
          <TextField
            label="Weight"
            name="weight"
            help="Its share of the requests among the keys; 0 takes it out."
            inputMode="decimal"
            value={weight}
            onChange={setWeight}
            className="max-w-32"
          />
          <TextField
            label="Models"
            name="models"
            optional
            help="Patterns such as gpt-4o*, separated by commas. Left empty: all."
            value={models}
            onChange={setModels}
            mono
          />
        </>
      )}
      {test.data !== undefined && <TestResults test={test.data} />}
    </FormDialog>
  );
}

/** Whether it is one that Headgate knows, at the address that it knows. */
function useIsAtHome({ id, base_url: url }: Provider): boolean {
  const known = useKnownProviders().data?.data.find((each) => each.id === id);
  return known !== undefined && URL.parse(known.base_url)?.origin === URL.parse(url)?.origin;
}

function wordsFor(before: ProviderKey | undefined, rotate: boolean, provider: string) {
  if (before === undefined) {
    return { title: `Add a key to ${provider}`, note: "It is tried by a real call first.", action: "Add key" };
  }
  if (!rotate) return { title: `Edit the key ${before.name}`, note: undefined, action: "Save changes" };
  return {
    title: `Rotate the key ${before.name}`,
    note: "Make a new key at the provider and paste it here. It is tried by a real call and takes the old one's place at once; revoke the old one there afterwards.",
    action: "Rotate key",
  };
}

function freeName({ keys }: Provider): string {
  const taken = new Set(keys.map(({ name }) => name));
  if (!taken.has("main")) return "main";
  return `key-${Array.from({ length: keys.length + 2 }, (_, index) => index + 2).find((n) => !taken.has(`key-${n}`)) ?? ""}`;
}
