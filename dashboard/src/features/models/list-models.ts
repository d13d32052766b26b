import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Query } from "#api/call";
import { useCall } from "#api/use-call";

const pageSize = 100;
const first = noCursor();

export function useModels(query: NonNullable<Query<"GET /api/models">>) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["models", "list", query],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/models", {
        query: { ...query, limit: pageSize, ...(pageParam !== undefined && { after: pageParam }) },
        signal,
      }),
    initialPageParam: first,
    getNextPageParam: ({ next }): string | undefined => next,
    placeholderData: keepPreviousData,
  });
}

function noCursor(): string | undefined {
  return undefined;
}
