import { Tabs as Primitive } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export type Tab<Name extends string> = { readonly name: Name; readonly label: ReactNode };

type Props<Name extends string> = {
  readonly tabs: readonly Tab<Name>[];
  readonly value: Name;
  readonly onChange: (name: Name) => void;
  /** The panel of the tab that is shown. */
  readonly children: ReactNode;
};

/** Parts of one thing, one at a time; which one stands in the address (`choiceField`). */
export function Tabs<Name extends string>({ tabs, value, onChange, children }: Props<Name>) {
  return (
    <Primitive.Root value={value} onValueChange={(name: Name) => onChange(name)} className="flex min-w-0 flex-col">
      <Primitive.List className="scroll-thin flex gap-4 overflow-x-auto border-b border-line">
        {tabs.map(({ name, label }) => (
          <Primitive.Tab
            key={name}
            value={name}
            className="-mb-px h-8 border-b-2 border-transparent whitespace-nowrap text-muted hover:text-text data-[active]:border-accent data-[active]:font-medium data-[active]:text-text"
          >
            {label}
          </Primitive.Tab>
        ))}
      </Primitive.List>
      <Primitive.Panel value={value} className="flex min-w-0 flex-col gap-4 pt-4">
        {children}
      </Primitive.Panel>
    </Primitive.Root>
  );
}
