import { useRef } from "react";
import { Button } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { TextAreaField } from "#components/text-field";
import { useReadConfiguration } from "./read-configuration";

type Props = {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onCompare: () => void;
  readonly compare: { readonly isPending: boolean; readonly error: Error | null };
};

/** A configuration file's text: pasted, read from a file, or what holds to begin from. */
export function ConfigurationText({ text, onChange, onCompare, compare }: Props) {
  const read = useReadConfiguration();
  const file = useRef<HTMLInputElement>(null);
  const open = async (chosen: File | undefined) => {
    if (chosen !== undefined) onChange(await chosen.text());
    if (file.current !== null) file.current.value = "";
  };
  return (
    <div className="flex flex-col gap-3">
      <TextAreaField
        label="Configuration"
        help="YAML as in headgate.yaml. A blank secret stays as it is. Comparing changes nothing."
        mono
        rows={14}
        placeholder={"teams:\n  - name: search"}
        value={text}
        onChange={onChange}
      />
      <ErrorLine error={compare.error ?? read.error} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={onCompare} busy={compare.isPending} disabled={text.trim() === ""}>
          Compare
        </Button>
        <Button onClick={() => file.current?.click()}>Open a file</Button>
        <Button
          busy={read.isPending}
          disabled={text.trim() !== ""}
          onClick={() => read.mutate(undefined, { onSuccess: onChange })}
        >
          Begin from what holds
        </Button>
        <input
          ref={file}
          type="file"
          accept=".yaml,.yml,text/yaml"
          aria-label="Configuration file"
          className="hidden"
          onChange={(event) => void open(event.target.files?.[0])}
        />
      </div>
    </div>
  );
}
