import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

export type KeySpend = { readonly cost: number; readonly requests: number };

/** What each key spent in the range, by its id; of the 999 that spent most. Undefined until it is read. */
export function useSpendByKey({ text, fromMs, toMs }: TimeRange): ReadonlyMap<string, KeySpend> | undefined {
  const call = useCall();
  const { data } = useQuery({
    queryKey: ["stats", "by-key", text, toMs],
    queryFn: ({ signal }) =>
      call("GET /api/stats", {
        query: { from: fromMs, to: toMs, group_by: "key", interval: "none", order: "cost", top: 999 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    if (data === undefined) return undefined;
    return new Map(
      data.groups.map(({ group, total: { cost_usd: cost, requests } }) => [
        group.key ?? "",
        { cost: Number(cost), requests },
      ]),
    );
  }, [data]);
}
