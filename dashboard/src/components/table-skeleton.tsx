import { Skeleton } from "./skeleton";
import type { Column } from "./table-column";

const shares = ["w-4/5", "w-3/5", "w-2/5", "w-3/4", "w-1/2"];

/** Rows that are being read, as high as those that come. */
export function TableSkeleton({
  columns,
  template,
}: {
  readonly columns: readonly Column<never>[];
  readonly template: string;
}) {
  return (
    <div role="rowgroup" aria-label="Loading">
      {Array.from({ length: 12 }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows that stand for nothing have no other name
          key={row}
          role="row"
          className="grid h-9 items-center border-b border-line"
          style={{ gridTemplateColumns: template }}
        >
          {columns.map(({ id }, column) => (
            <div key={id} role="gridcell" className="px-2">
              <Skeleton className={`h-3 ${shares[(row + column) % shares.length]}`} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
