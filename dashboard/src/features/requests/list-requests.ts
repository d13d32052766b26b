import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { Filter } from "#lib/filters";
import { listQuery, rangeQuery, requestQuery } from "./request-query";

/** By time, or the largest first by cost or duration. */
export type RequestOrder = "newest" | "oldest" | "costliest" | "slowest";

type Wanted = {
  readonly filters: readonly Filter[];
  readonly range: string;
  readonly utc: boolean;
  readonly order: RequestOrder;
};

type Page = { readonly after?: string; readonly from?: string; readonly to?: string };
const firstPage: Page = {};

const pageSize = 100;

/** Records page by page. All pages of one reading have the range that the first had, so that none is missed or doubled. */
export function useRequests({ filters, range, utc, order }: Wanted) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["logs", "list", range, utc, order, filters],
    queryFn: async ({ pageParam, signal }) => {
      const page: Page = pageParam.from === undefined ? { ...pageParam, ...rangeQuery(range, utc) } : pageParam;
      const query = { ...requestQuery(filters), ...listQuery(filters), ...page, order, limit: pageSize };
      const answer = await call("GET /api/logs", { query, signal });
      return { ...answer, page };
    },
    initialPageParam: firstPage,
    getNextPageParam: ({ next, page }): Page | undefined => (next == null ? undefined : { ...page, after: next }),
    placeholderData: keepPreviousData,
    // What was read stays as it is until somebody asks for it anew: a page under the reader's eyes must not move.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
