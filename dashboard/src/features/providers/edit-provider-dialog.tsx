import { useState } from "react";
import type { Provider } from "#api/schema.gen";
import { Checkbox } from "#components/checkbox";
import { FormDialog } from "#components/form-dialog";
import { TextField } from "#components/text-field";
import { type ProviderPatch, useChangeProvider } from "./change-provider";

type Props = { readonly provider: Provider; readonly onClose: () => void };

type Typed = {
  readonly name: string;
  readonly base_url: string;
  readonly first_token_ms: string;
  readonly total_ms: string;
  readonly max: string;
  readonly allow_private_network: boolean;
};

/** Changes how a provider is called; only what was changed here is sent, so that defaults stay defaults. */
export function EditProvider({ provider, onClose }: Props) {
  // As it was when the form was opened: what is read since has another version.
  const [opened] = useState(provider);
  const [before] = useState(() => typedOf(opened));
  const [typed, setTyped] = useState(before);
  const change = useChangeProvider(opened);
  const submit = async () => {
    const patch = patchFrom(before, typed);
    if (Object.keys(patch).length > 0) await change.mutateAsync({ patch, back: patchFrom(typed, before) });
    onClose();
  };
  const text = (name: Exclude<keyof Typed, "allow_private_network">) => ({
    value: typed[name],
    onChange: (value: string) => setTyped({ ...typed, [name]: value }),
  });
  return (
    <FormDialog
      onClose={onClose}
      title={`Edit ${provider.name}`}
      action="Save changes"
      busy={change.isPending}
      error={change.error}
      onSubmit={submit}
    >
      <TextField label="Name" name="name" {...text("name")} />
      <TextField
        label="Base URL"
        name="base_url"
        help="Left empty: that of the provider, where Headgate knows it."
        mono
        {...text("base_url")}
      />
      <Checkbox
        label="It is in a private network"
        checked={typed.allow_private_network}
        onChange={(checked) => setTyped({ ...typed, allow_private_network: checked })}
      />
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <TextField
          label="First token, ms"
          name="timeouts.first_token_ms"
          type="number"
          min={0}
          required
          {...text("first_token_ms")}
        />
        <TextField
          label="Whole answer, ms"
          name="timeouts.total_ms"
          type="number"
          min={0}
          required
          {...text("total_ms")}
        />
        <TextField label="Retries" name="retries.max" type="number" min={0} required {...text("max")} />
      </div>
    </FormDialog>
  );
}

function typedOf({ name, base_url, timeouts, retries, allow_private_network = false }: Provider): Typed {
  return {
    name,
    base_url,
    first_token_ms: String(timeouts.first_token_ms),
    total_ms: String(timeouts.total_ms),
    max: String(retries.max),
    allow_private_network,
  };
}

/** An empty name or address goes back to what holds without it. */
function patchFrom(before: Typed, after: Typed): ProviderPatch {
  const differs = (name: keyof Typed) => before[name] !== after[name];
  const timeouts = {
    ...(differs("first_token_ms") && { first_token_ms: Number(after.first_token_ms) }),
    ...(differs("total_ms") && { total_ms: Number(after.total_ms) }),
  };
  return {
    ...(differs("name") && { name: after.name === "" ? null : after.name }),
    ...(differs("base_url") && { base_url: after.base_url === "" ? null : after.base_url }),
    ...(differs("allow_private_network") && { allow_private_network: after.allow_private_network }),
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
    ...(differs("max") && { retries: { max: Number(after.max) } }),
  };
}
