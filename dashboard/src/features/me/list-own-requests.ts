import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

/** The key's requests in the range, newest first. */
export function useOwnRequests({ text, fromMs, toMs, live }: TimeRange) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["me", "logs", text, toMs],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/me/logs", {
        query: { from: fromMs, ...(!live && { to: toMs }), limit: 50, ...(pageParam !== "" && { after: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}
