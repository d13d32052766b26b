import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Query } from "#api/call";
import { useCall } from "#api/use-call";
import { isShort } from "#lib/is-short";

/** What the list is narrowed by: the fields of the filter bar and of the call are the same. */
export type KeyFilter = Pick<
  NonNullable<Query<"GET /api/virtual-keys">>,
  "search" | "state" | "team" | "customer" | "tag"
>;

export function useKeys(filter: KeyFilter) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["virtual-keys", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/virtual-keys", {
        query: { ...filter, limit: 200, ...(pageParam !== "" && { after: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => isShort(query.state.data) && 15_000,
  });
}
