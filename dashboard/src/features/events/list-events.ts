import { useInfiniteQuery } from "@tanstack/react-query";
import type { Answer, Query } from "#api/call";
import { useCall } from "#api/use-call";

export type BudgetEvent = Answer<"GET /api/events">["data"][number];

/** What happened to budgets, newest first. */
export function useEvents(filter: Partial<Query<"GET /api/events">>) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["events", filter],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/events", {
        query: { ...filter, limit: 100, ...(pageParam !== undefined && { after: pageParam }) },
        signal,
      }),
    initialPageParam: noPage,
    getNextPageParam: (page) => page.next,
  });
}

const noPage: string | undefined = undefined;
