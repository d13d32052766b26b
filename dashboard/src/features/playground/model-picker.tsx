import { useMemo, useState } from "react";
import type { Model } from "#api/schema.gen";
import { IconButton } from "#components/button";
import { Combobox } from "#components/combobox";
import { formatMoney } from "#lib/format-money";
import { maxModels } from "./use-setup";

type Props = {
  readonly models: readonly Model[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
};

/** Up to four models, which answer side by side. */
export function ModelPicker({ models, chosen, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const options = useMemo(
    () =>
      models
        .filter(({ id }) => !chosen.includes(id))
        .map((model) => ({ value: model.id, label: model.id, note: noteOf(model) })),
    [models, chosen],
  );
  const add = (id: string) => {
    setTyped("");
    onChange([...chosen, id]);
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="font-medium">Models</span>
      {chosen.length > 0 && (
        <ul className="flex flex-col">
          {chosen.map((id) => (
            <li key={id} className="flex min-w-0 items-center gap-1">
              <span title={id} className="min-w-0 flex-1 truncate font-mono text-sm">
                {id}
              </span>
              <IconButton
                icon="close"
                label={`Remove ${id}`}
                onClick={() => onChange(chosen.filter((each) => each !== id))}
              />
            </li>
          ))}
        </ul>
      )}
      {chosen.length < maxModels && (
        <Combobox
          label="Add a model"
          placeholder={chosen.length === 0 ? "Search models" : "Add one to compare"}
          options={options}
          value={typed}
          onChange={setTyped}
          onTake={add}
        />
      )}
    </div>
  );
}

function noteOf({ targets, price }: Model): string {
  if (targets !== undefined) return "route";
  if (price?.input === undefined || price.output === undefined) return "no price";
  return `${formatMoney(price.input)} / ${formatMoney(price.output)}`;
}
