import { useMemo, useState } from "react";
import { Badge } from "#components/badge";
import { ColumnChooser } from "#components/column-chooser";
import { DataTable } from "#components/data-table";
import { FilterBar } from "#components/filter-bar";
import type { Column } from "#components/table-column";
import { TimeText } from "#components/time-text";
import { readFilters, writeFilters } from "#lib/filters";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCount } from "#lib/format-number";
import { listField, useUrlState } from "#lib/url-state";

type Row = {
  readonly id: string;
  readonly at: number;
  readonly model: string;
  readonly cost: number;
  readonly ms: number;
  readonly ok: boolean;
};

const columns: readonly Column<Row>[] = [
  { id: "at", header: "Time", width: 136, always: true, cell: ({ at }) => <TimeText value={at} /> },
  { id: "model", header: "Model", width: 160, grow: true, cell: ({ model }) => model },
  {
    id: "state",
    header: "State",
    width: 88,
    cell: ({ ok }) => <Badge tone={ok ? "good" : "bad"}>{ok ? "ok" : "error"}</Badge>,
  },
  { id: "ms", header: "Latency", width: 96, align: "right", sort: "latency", cell: ({ ms }) => formatMs(ms) },
  { id: "tokens", header: "Tokens", width: 96, align: "right", hidden: true, cell: ({ ms }) => formatCount(ms * 3) },
  { id: "cost", header: "Cost", width: 96, align: "right", sort: "cost", cell: ({ cost }) => formatMoney(cost) },
];

const fields = [
  { id: "model", label: "Model" },
  {
    id: "status",
    label: "Status",
    values: [
      { value: "200", count: 1200 },
      { value: "429", count: 12 },
    ],
  },
  { id: "text", label: "Text" },
];
const models = [
  { value: "openai/gpt-4o", count: 812 },
  { value: "anthropic/claude-sonnet-5", count: 390 },
];
const url = { f: listField(), columns: listField() };
const start = Date.now();

export function TableParts() {
  const [state, set] = useUrlState(url);
  const [open, setOpen] = useState<string>();
  const rows = useMemo(() => Array.from({ length: 20_000 }, (_, index) => rowOf(index)), []);
  const shown = state.columns.length === 0 ? undefined : state.columns;
  return (
    <div className="flex h-96 flex-col gap-2">
      <div className="flex gap-2">
        <FilterBar
          fields={fields}
          filters={readFilters(state.f, fields)}
          onChange={(filters) => set({ f: writeFilters(filters) })}
          textField="text"
          values={models}
        />
        <ColumnChooser columns={columns} shown={shown} onChange={(next) => set({ columns: next ?? [] })} />
      </div>
      <DataTable
        label="Requests"
        columns={columns}
        shown={shown}
        rows={rows}
        rowKey={({ id }) => id}
        source={{ isPending: false, error: null }}
        sort={{ by: "cost", descending: true, onSort: () => {} }}
        onOpen={({ id }) => setOpen(id)}
        openKey={open}
        empty={null}
      />
    </div>
  );
}

function rowOf(index: number): Row {
  const model = index % 3 === 0 ? "openai/gpt-4o" : "anthropic/claude-sonnet-5";
  return {
    id: String(index),
    at: start - index * 4000,
    model,
    cost: 0.0004 * (index % 97),
    ms: 200 + ((index * 37) % 4000),
    ok: index % 9 !== 0,
  };
}
