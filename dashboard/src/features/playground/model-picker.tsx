import { useState } from "react";
import { IconButton } from "#components/button";
import { ModelField } from "#components/model-field";
import { maxModels } from "./use-setup";

type Props = {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
};

/** Up to four models, which answer side by side. */
export function ModelPicker({ chosen, onChange }: Props) {
  const [typed, setTyped] = useState("");
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
        <ModelField
          label="Add a model"
          placeholder={chosen.length === 0 ? "Search models" : "Add one to compare"}
          without={chosen}
          value={typed}
          onChange={setTyped}
          onTake={add}
        />
      )}
    </div>
  );
}
