import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

/** US dollars by the id of the key, of those whose page was summed up. */
export type KeySpends = ReadonlyMap<string, number>;

/** What keys spent in the range: one sum for each page of a list of ids. */
export function useSpendByKey({ text, fromMs, toMs }: TimeRange, pages: readonly (readonly string[])[]): KeySpends {
  const call = useCall();
  return useQueries({
    queries: pages
      .filter((ids) => ids.length > 0)
      .map((ids) => ({
        queryKey: ["stats", "by-key", text, toMs, ids],
        queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
          const key = ids.join(",");
          const query = { from: fromMs, to: toMs, key, group_by: "key", interval: "none", top: ids.length } as const;
          const { groups } = await call("GET /api/stats", { query, signal });
          const found = new Map(groups.map(({ group, total }) => [group.key ?? "", Number(total.cost_usd)]));
          return ids.map((id) => [id, found.get(id) ?? 0] as const);
        },
        placeholderData: keepPreviousData,
        staleTime: 60_000,
      })),
    combine: (results) => new Map(results.flatMap(({ data }) => data ?? [])),
  });
}
