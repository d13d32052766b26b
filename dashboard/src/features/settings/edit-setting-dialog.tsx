import { useState } from "react";
import type { Settings } from "#api/schema.gen";
import { Button } from "#components/button";
import { FormDialog } from "#components/form-dialog";
import { Icon } from "#components/icon";
import { TextField } from "#components/text-field";
import { useChangeSetting } from "./change-setting";
import type { Setting } from "./setting";
import { dangerOf } from "./setting-danger";
import { SettingField } from "./setting-field";
import { inWords, patchOf, typedDefault, typedValue } from "./setting-value";

type Props = { readonly setting: Setting; readonly settings: Settings; readonly onClose: () => void };

/** Changes one setting; what it opens or destroys is said before it is saved. */
export function EditSetting({ setting, settings, onClose }: Props) {
  const [seen] = useState(settings);
  const before = typedValue(setting, seen);
  const [typed, setTyped] = useState(before);
  const [confirmed, setConfirmed] = useState("");
  const change = useChangeSetting(seen.version);
  const preset = typedDefault(setting, seen);
  const danger = dangerOf(setting, before, typed);
  const isSecret = setting.kind === "secret";
  const save = async (text: string) => {
    const input = { label: setting.label, patch: patchOf(setting, text, seen) };
    const back = isSecret ? {} : { back: patchOf(setting, before, seen) };
    if (isSecret || text !== before) await change.mutateAsync({ ...input, ...back });
    onClose();
  };
  const isHeld = danger?.destroys === true && confirmed !== setting.name;
  const aside = isSecret ? (
    <Button kind="quiet" onClick={() => void save("").catch(() => undefined)}>
      Remove it
    </Button>
  ) : typed === preset ? undefined : (
    <Button kind="quiet" onClick={() => setTyped(preset)}>
      {`Default: ${inWords(setting, preset)}`}
    </Button>
  );
  return (
    <FormDialog
      onClose={onClose}
      title={setting.label}
      note={setting.help}
      action="Save changes"
      danger={danger !== undefined}
      busy={change.isPending}
      disabled={isHeld}
      error={change.error}
      onSubmit={() => save(typed)}
      aside={aside}
    >
      <SettingField setting={setting} value={typed} onChange={setTyped} />
      {danger !== undefined && (
        <p role="status" className="flex items-start gap-2 text-warn">
          <Icon name="warning" className="mt-0.5" />
          <span className="min-w-0">{danger.text}</span>
        </p>
      )}
      {danger?.destroys === true && (
        <TextField
          label={`Type ${setting.name} to confirm`}
          value={confirmed}
          onChange={setConfirmed}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
