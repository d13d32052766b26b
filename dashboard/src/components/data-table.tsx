import { columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import { classNames } from "#lib/class-names";
import { ErrorLine, ErrorState } from "./error-state";
import { TableBody } from "./table-body";
import { type Column, gridOf } from "./table-column";
import { TableHead } from "./table-head";
import type { TableProps } from "./table-props";
import { TableSkeleton } from "./table-skeleton";

const features = tableFeatures({ columnVisibilityFeature });

/** Rows that scroll inside the height that is left, in their tens of thousands; `j` `k` and arrows move, Enter opens. */
export function DataTable<Row extends object>(props: TableProps<Row>) {
  const { label, columns, rows, source, sort, shown, empty, short = false } = props;
  // State and not a ref: the rows are drawn by it, and are there before it is.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const definitions = useMemo(() => columns.map(({ id }) => ({ id })), [columns]);
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map((column) => [column.id, isShown(column, shown)])),
    [columns, shown],
  );
  const table = useTable({ features, columns: definitions, data: noRows, state: { columnVisibility } });
  const visible = table.getVisibleLeafColumns().flatMap(({ id }) => columns.filter((column) => column.id === id));
  const grid = gridOf(visible);
  if (source.error !== null && rows.length === 0) {
    return <ErrorState error={source.error} {...(source.refetch !== undefined && { onRetry: source.refetch })} />;
  }
  if (!source.isPending && rows.length === 0) return empty;
  return (
    <div
      ref={setScroller}
      role="grid"
      aria-label={label}
      aria-rowcount={source.hasNextPage === true ? -1 : rows.length + 1}
      aria-busy={source.isPending}
      className={classNames(
        "scroll-thin",
        short ? "-mx-2 overflow-x-auto" : "min-h-0 flex-1 overflow-auto [&_[role=row]]:px-2 md:[&_[role=row]]:px-4",
      )}
    >
      <div style={{ minWidth: grid.minWidth }}>
        <TableHead columns={visible} template={grid.template} sort={sort} />
        {source.isPending ? (
          <TableSkeleton columns={visible} template={grid.template} />
        ) : (
          <TableBody {...props} columns={visible} template={grid.template} scroller={scroller} />
        )}
      </div>
      {rows.length > 0 && <ErrorLine error={source.error} />}
    </div>
  );
}

/** The rows are drawn by `TableBody`, which knows them by their own type. */
const noRows: readonly object[] = [];

function isShown({ id, hidden = false, always = false }: Column<never>, shown: readonly string[] | undefined): boolean {
  return always || (shown === undefined ? !hidden : shown.includes(id));
}
