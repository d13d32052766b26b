import { classNames } from "#lib/class-names";
import { Icon } from "./icon";
import type { Column } from "./table-column";

export type TableSort = {
  readonly by: string;
  readonly descending: boolean;
  readonly onSort: (by: string, descending: boolean) => void;
};

type Props = {
  readonly columns: readonly Column<never>[];
  readonly template: string;
  readonly sort: TableSort | undefined;
};

export function TableHead({ columns, template, sort }: Props) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-bg">
      <div role="row" aria-rowindex={1} className="grid h-8" style={{ gridTemplateColumns: template }}>
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={column.sort !== undefined && sort?.by === column.sort ? direction(sort) : undefined}
            className={classNames(
              "flex min-w-0 items-center gap-1 px-2 text-sm text-muted",
              column.align === "right" && "justify-end",
            )}
          >
            <Heading column={column} sort={sort} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Heading({ column, sort }: { readonly column: Column<never>; readonly sort: TableSort | undefined }) {
  const by = column.sort;
  if (by === undefined || sort === undefined) return <span className="truncate">{column.header}</span>;
  const current = sort.by === by;
  return (
    <button
      type="button"
      onClick={() => sort.onSort(by, current ? !sort.descending : true)}
      className={classNames(
        "group relative flex min-w-0 items-center gap-0.5 rounded-sm hover:text-text",
        current && "text-text",
      )}
    >
      <span className="truncate">{column.header}</span>
      <Icon
        name={current && !sort.descending ? "up" : "down"}
        className={classNames("size-3", !current && "absolute -right-3 opacity-0 group-hover:opacity-100")}
      />
    </button>
  );
}

function direction({ descending }: TableSort): "descending" | "ascending" {
  return descending ? "descending" : "ascending";
}
