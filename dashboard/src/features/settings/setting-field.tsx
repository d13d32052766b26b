import { Field } from "#components/field";
import { Select } from "#components/select";
import { TextAreaField, TextField } from "#components/text-field";
import type { Setting } from "./setting";
import { inWords } from "./setting-value";

type Props = { readonly setting: Setting; readonly value: string; readonly onChange: (value: string) => void };

const onOff = [
  { value: "true", label: "on" },
  { value: "false", label: "off" },
];

/** The control that fits the kind of the setting, labelled by its name in files. */
export function SettingField({ setting, value, onChange }: Props) {
  const { name, kind, placeholder } = setting;
  const shared = { label: name, name, value, onChange, ...(placeholder !== undefined && { placeholder }) };
  if (kind === "choice" || kind === "flag") {
    return (
      <Field label={name} name={name}>
        {(control) => (
          <Select
            {...control}
            options={setting.options ?? onOff}
            value={value}
            onChange={onChange}
            className="w-full"
          />
        )}
      </Field>
    );
  }
  if (kind === "lines" || kind === "origins" || kind === "amounts" || kind === "json")
    return <TextAreaField {...shared} mono />;
  if (kind === "secret") return <TextField {...shared} mono required autoComplete="off" />;
  if (kind === "text") return <TextField {...shared} mono />;
  const help = (kind === "bytes" || kind === "ms") && value !== "" ? `= ${inWords(setting, value)}` : undefined;
  if (kind === "money") return <TextField {...shared} inputMode="decimal" />;
  const least = Math.min(0, ...Object.keys(setting.words ?? {}).map(Number));
  return <TextField {...shared} type="number" min={least} step={1} {...(help !== undefined && { help })} />;
}
