import { Button } from "#components/button";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { FilterBar } from "#components/filter-bar";
import { PageFrame } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { type FilterField, filterQuery, readFilters, writeFilters } from "#lib/filters";
import { flagField, listField, optionalField, useUrlState } from "#lib/url-state";
import { useRange } from "#lib/use-range";
import { auditColumns } from "./audit-columns";
import { AuditSheet } from "./audit-sheet";
import { type AuditEvent, useAudit } from "./list-audit";
import { VerifyDialog } from "./verify-dialog";

const fields = { f: listField(), open: optionalField(), verify: flagField() };
const filterFields: readonly FilterField[] = [
  { id: "action", label: "Action", help: "such as virtual_key.create" },
  { id: "resource", label: "What", help: "a type, a name or an id" },
  {
    id: "actor",
    label: "By",
    values: ["admin_token", "control_socket", "config_file"].map((value) => ({ value })),
  },
];

/** Every change of an operator, every sign-in and refusal. */
export function Page() {
  const [{ f, open, verify }, set] = useUrlState(fields);
  const [range, setRange] = useRange();
  const filters = readFilters(f, filterFields);
  const source = useAudit(filterQuery(filters), range);
  const rows = source.data?.pages.flatMap(({ data }) => data) ?? [];
  const at = rows.findIndex(({ id }) => id === open);
  const go = (row: AuditEvent | undefined) => row && (() => set({ open: row.id }));
  return (
    <PageFrame
      title="Audit"
      fill
      actions={
        <>
          <RangePicker range={range} onChange={setRange} />
          <Button onClick={() => set({ verify: true }, { push: true })}>Verify</Button>
        </>
      }
      bar={
        <FilterBar
          fields={filterFields}
          filters={filters}
          onChange={(next) => set({ f: writeFilters(next) })}
          placeholder="Filter changes"
        />
      }
    >
      <DataTable
        label="Audit events"
        columns={auditColumns}
        rows={rows}
        rowKey={({ id }) => id}
        source={source}
        onOpen={({ id }) => set({ open: id }, { push: true })}
        openKey={open}
        empty={<Nothing isFiltered={filters.length > 0} onWiden={() => setRange("30d")} />}
      />
      <AuditSheet
        event={rows[at]}
        onClose={() => set({ open: undefined })}
        onPrevious={go(rows[at - 1])}
        onNext={go(rows[at + 1])}
      />
      <VerifyDialog open={verify} onClose={() => set({ verify: false })} />
    </PageFrame>
  );
}

function Nothing({ isFiltered, onWiden }: { readonly isFiltered: boolean; readonly onWiden: () => void }) {
  return (
    <EmptyState
      title={isFiltered ? "No event matches" : "Nothing was changed in this time"}
      action={<Button onClick={onWiden}>Look at the last 30 days</Button>}
    >
      Every change, sign-in and refused sign-in is an event here, whoever made it and by whatever way.
    </EmptyState>
  );
}
