import { useState } from "react";
import type { Model } from "#api/schema.gen";
import { useModelChoices } from "#api/use-model-choices";
import { formatMoney } from "#lib/format-money";
import { useSettled } from "#lib/use-settled";
import { Combobox } from "./combobox";

type Props = {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Hears of a suggestion that was taken, beside `onChange`. */
  readonly onTake?: (value: string) => void;
  /** Names that are not suggested. */
  readonly without?: readonly string[];
  /** Whether one can type at once: where it came in answer to a click. */
  readonly focused?: boolean;
  /** Whether aliases of routes are suggested too. */
  readonly aliases?: boolean;
};

/** The name of a model, suggested by the gateway while it is typed; what is not among them is taken too. */
export function ModelField({ value, onChange, without = [], aliases = true, ...field }: Props) {
  // What stands there already does not narrow the list: only what is typed.
  const [typed, setTyped] = useState("");
  const { data = [] } = useModelChoices(useSettled(typed, 150));
  const options = data
    .filter(({ id, targets }) => !without.includes(id) && (aliases || targets === undefined))
    .map((model) => ({ value: model.id, label: model.id, note: noteOf(model) }));
  return (
    <Combobox
      placeholder="provider/model"
      searched
      options={options}
      value={value}
      onChange={(next) => {
        setTyped(next);
        onChange(next);
      }}
      {...field}
    />
  );
}

function noteOf({ targets, price }: Model): string {
  if (targets !== undefined) return "route";
  if (price?.input === undefined || price.output === undefined) return "no price";
  return `${formatMoney(price.input)} / ${formatMoney(price.output)}`;
}
