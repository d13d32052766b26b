import type { ReactNode } from "react";
import type { Column } from "./table-column";
import type { TableSort } from "./table-head";

/** Where the rows come from: `useQuery` and `useInfiniteQuery` have all of these. */
export type TableSource = {
  /** Until the first rows are there. */
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch?: () => unknown;
  /** Where more can be read: `useInfiniteQuery` has all of these. */
  readonly hasNextPage?: boolean;
  readonly isFetchingNextPage?: boolean;
  readonly fetchNextPage?: () => unknown;
};

export type TableProps<Row> = {
  /** What the rows are, for screen readers: `Requests`. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly source: TableSource;
  /** Ids of the columns that are shown; undefined for those that are by default (see `ColumnChooser`). */
  readonly shown?: readonly string[] | undefined;
  readonly sort?: TableSort | undefined;
  /** Enter or a click on a row. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly openKey?: string | undefined;
  /** What stands in place of no rows. */
  readonly empty: ReactNode;
  /** Grows with its rows instead of scrolling inside itself: for short lists in a page with other parts. */
  readonly short?: boolean;
};
