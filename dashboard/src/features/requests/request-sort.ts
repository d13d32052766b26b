import type { TableSort } from "#components/table-head";
import type { RequestOrder } from "./list-requests";

const columns = { newest: "time", oldest: "time", costliest: "cost", slowest: "duration" } as const;

/** The table's heads as the API sorts: by time both ways, by cost and duration the largest first, and by time again after that. */
export function requestSort(order: RequestOrder, onOrder: (order: RequestOrder) => void): TableSort {
  return {
    by: columns[order],
    descending: order !== "oldest",
    onSort: (by, descending) => {
      if (by === "time") onOrder(descending ? "newest" : "oldest");
      else onOrder(!descending ? "newest" : by === "cost" ? "costliest" : "slowest");
    },
  };
}
