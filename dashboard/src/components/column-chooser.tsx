import { useState } from "react";
import { Button, IconButton } from "./button";
import { Checkbox } from "./checkbox";
import { Popover } from "./popover";
import type { Column } from "./table-column";

type Props = {
  readonly columns: readonly Column<never>[];
  readonly shown: readonly string[] | undefined;
  /** Undefined for the columns that are shown by default. */
  readonly onChange: (shown: readonly string[] | undefined) => void;
};

/** Which columns a table shows. */
export function ColumnChooser({ columns, shown, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const current = shown ?? columns.filter(({ hidden }) => hidden !== true).map(({ id }) => id);
  const toggle = (id: string, on: boolean) => onChange(on ? [...current, id] : current.filter((each) => each !== id));
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Columns"
      align="end"
      trigger={<IconButton icon="columns" label="Columns" />}
    >
      <div className="flex min-w-44 flex-col gap-1.5 p-2">
        {columns.map(({ id, header, always = false }) => (
          <Checkbox
            key={id}
            label={header}
            checked={always || current.includes(id)}
            disabled={always}
            onChange={(on) => toggle(id, on)}
          />
        ))}
        <Button kind="quiet" disabled={shown === undefined} onClick={() => onChange(undefined)} className="mt-1">
          As by default
        </Button>
      </div>
    </Popover>
  );
}
