import { useEffect, useRef, useState } from "react";
import { Button } from "#components/button";
import { Checkbox } from "#components/checkbox";
import { SearchField } from "#components/search-field";
import { Select } from "#components/select";
import { classNames } from "#lib/class-names";
import { useSettled } from "#lib/use-settled";
import { useProviders } from "./list-providers";
import { capabilities, type ModelState, modes } from "./model-filters";

type Props = { readonly state: ModelState; readonly set: (change: Partial<ModelState>) => void };

const contexts = [
  { value: "any", label: "Any context" },
  { value: "32000", label: "Context from 32K" },
  { value: "128000", label: "Context from 128K" },
  { value: "200000", label: "Context from 200K" },
  { value: "1000000", label: "Context from 1M" },
] as const;

const prices = [
  { value: "any", label: "Any price" },
  { value: "0.5", label: "Input up to $0.50" },
  { value: "1", label: "Input up to $1" },
  { value: "3", label: "Input up to $3" },
  { value: "10", label: "Input up to $10" },
] as const;

const orders = [
  { value: "name", label: "By provider and name" },
  { value: "price", label: "Cheapest first" },
  { value: "context", label: "Largest context first" },
  { value: "released", label: "Newest first" },
] as const;

const modeOptions = modes.map((value) => ({ value, label: value === "any" ? "Any use" : value }));
const catalogs = [
  { value: "configured", label: "Of my providers" },
  { value: "all", label: "All that are known" },
] as const;

/** Narrows the list by what a model is called, can do, holds and costs. */
export function ModelFilters({ state, set }: Props) {
  const { data: providers } = useProviders();
  const ids = (providers?.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const own = state.provider;
  const named = own === undefined || ids.some(({ value }) => value === own) ? [] : [{ value: own, label: own }];
  const all = { value: "", label: "Any provider" };
  const [unfolded, setUnfolded] = useState(false);
  const used = countUsed(state);
  const hiding = unfolded ? "" : "max-md:hidden";
  return (
    <>
      <div className="flex min-w-0 flex-wrap items-center gap-2">
        <Search value={state.q} onChange={(q) => set({ q })} />
        <Select
          label="Order"
          className={hiding}
          options={orders}
          value={state.sort}
          onChange={(sort) => set({ sort })}
        />
        <Button className="md:hidden" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {used === 0 ? "Filters" : `Filters (${used})`}
        </Button>
      </div>
      <div className={classNames("flex min-w-0 flex-wrap items-center gap-2", hiding)}>
        <Select
          label="Which models"
          options={catalogs}
          value={state.catalog}
          onChange={(catalog) => set({ catalog })}
        />
        <Select
          label="Provider"
          className="max-w-44"
          options={[all, ...ids, ...named]}
          value={own ?? ""}
          onChange={(provider) => set({ provider: provider === "" ? undefined : provider })}
        />
        <Select label="Use" options={modeOptions} value={state.mode} onChange={(mode) => set({ mode })} />
        <Select label="Context" options={contexts} value={state.context} onChange={(context) => set({ context })} />
        <Select label="Price" options={prices} value={state.price} onChange={(price) => set({ price })} />
        <Checkbox label="Added or changed here" checked={state.own} onChange={(checked) => set({ own: checked })} />
      </div>
      <div className={classNames("flex min-w-0 flex-wrap items-center gap-1", hiding)}>
        {capabilities.map(([name, label]) => (
          <Chip
            key={name}
            label={label}
            on={state.can.includes(name)}
            onToggle={(on) => set({ can: on ? [...state.can, name] : state.can.filter((each) => each !== name) })}
          />
        ))}
      </div>
    </>
  );
}

/** How many conditions hold beside the text: where the window is narrow they are folded away. */
function countUsed({ catalog, provider, mode, context, price, own, can }: ModelState): number {
  const chosen = [
    catalog !== "configured",
    provider !== undefined,
    mode !== "any",
    context !== "any",
    price !== "any",
    own,
  ];
  return chosen.filter((isChosen) => isChosen).length + can.length;
}

type ChipProps = { readonly label: string; readonly on: boolean; readonly onToggle: (on: boolean) => void };

function Chip({ label, on, onToggle }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onToggle(!on)}
      className={classNames(
        "h-6 rounded-full border px-2.5 text-sm",
        on ? "border-transparent bg-accent-soft text-accent" : "border-line text-muted hover:border-line-strong",
      )}
    >
      {label}
    </button>
  );
}

/** Asks when the typing has stopped for a moment. */
function Search({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const settled = useSettled(typed, 200);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => tell.current(settled), [settled]);
  return <SearchField label="Search models" placeholder="Search models" value={typed} onChange={setTyped} />;
}
