import { useMemo, useState } from "react";
import type { OwnModel } from "#api/schema.gen";
import { CopyButton } from "#components/copy-button";
import { DataTable } from "#components/data-table";
import { Section } from "#components/page-frame";
import type { Column } from "#components/table-column";
import { formatMoney } from "#lib/format-money";
import { formatCompact, noFigure } from "#lib/format-number";
import { useOwnModels } from "./list-own-models";

const columns: readonly Column<OwnModel>[] = [
  {
    id: "id",
    header: "Name to ask for",
    width: 220,
    grow: true,
    always: true,
    cell: ({ id }) => (
      <span className="flex items-center gap-1">
        <bdi className="truncate font-mono text-sm">{id}</bdi>
        <CopyButton text={id} label={`Copy ${id}`} />
      </span>
    ),
  },
  { id: "mode", header: "Kind", width: 104, cell: ({ mode, targets }) => mode ?? (targets && "route") ?? noFigure },
  { id: "input", header: "Input, 1M", width: 88, align: "right", cell: ({ price }) => formatMoney(price?.input) },
  { id: "output", header: "Output, 1M", width: 96, align: "right", cell: ({ price }) => formatMoney(price?.output) },
  { id: "context", header: "Context", width: 80, align: "right", cell: ({ context }) => formatCompact(context) },
];

/** What may be asked for, with prices for a million tokens. */
export function OwnModels() {
  const models = useOwnModels();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const all = useMemo(() => models.data?.data ?? [], [models.data]);
  const rows = all.filter(({ id }) => id.toLowerCase().includes(wanted));
  return (
    <Section
      title="Models"
      note={models.data === undefined ? undefined : `${all.length} that this key may ask for`}
      actions={
        <input
          type="search"
          aria-label="Search models"
          placeholder="Search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="control w-40"
        />
      }
    >
      <div className="-mx-4 flex max-h-80 min-w-0 flex-col md:-mx-6">
        <DataTable
          label="Models"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          source={models}
          empty={
            <p className="px-4 text-muted">
              {all.length === 0 ? "None. Ask whoever gave you the key." : "No model has that in its name."}
            </p>
          }
        />
      </div>
    </Section>
  );
}
