import { Combobox as Primitive } from "@base-ui/react/combobox";
import { useState } from "react";
import type { VirtualKey } from "#api/schema.gen";
import { useKeyChoices } from "#api/use-key-choices";
import { useSettled } from "#lib/use-settled";

type Props = {
  readonly value: VirtualKey | undefined;
  readonly onChange: (id: string) => void;
  readonly id?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
};

/** One of the virtual keys that can be used now, found by the gateway while its name is typed. */
export function KeyPicker({ value, onChange, ...control }: Props) {
  const [typed, setTyped] = useState("");
  const { data = [] } = useKeyChoices(useSettled(typed, 150));
  return (
    <Primitive.Root
      items={data}
      filter={null}
      value={value ?? null}
      onValueChange={(key) => key !== null && onChange(key.id)}
      onInputValueChange={(text, { reason }) => setTyped(reason === "input-change" ? text : "")}
      itemToStringLabel={({ name }: VirtualKey) => name}
      itemToStringValue={({ id }: VirtualKey) => id}
      isItemEqualToValue={(one: VirtualKey, other: VirtualKey) => one.id === other.id}
    >
      <Primitive.Input
        {...control}
        placeholder="Search keys"
        spellCheck={false}
        onFocus={(event) => event.target.select()}
        className="control w-full truncate"
      />
      <Primitive.Portal>
        <Primitive.Positioner sideOffset={4} className="z-50">
          <Primitive.Popup className="popup scroll-thin max-h-[min(320px,var(--available-height))] w-[max(var(--anchor-width),240px)] overflow-y-auto p-1">
            <Primitive.Empty className="px-2 py-1.5 text-muted empty:hidden">
              No key that can pay is named so.
            </Primitive.Empty>
            <Primitive.List>
              {(key: VirtualKey) => (
                <Primitive.Item key={key.id} value={key} className="popup-item">
                  <span className="truncate">{key.name}</span>
                  {key.team !== undefined && (
                    <span className="ml-auto pl-4 text-sm whitespace-nowrap text-faint">{key.team}</span>
                  )}
                </Primitive.Item>
              )}
            </Primitive.List>
          </Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
