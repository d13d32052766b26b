import { useInfiniteQuery } from "@tanstack/react-query";
import type { Answer } from "#api/call";
import { useCall } from "#api/use-call";

export type ListedSession = Answer<"GET /api/sessions">["data"][number];

export function useSessions() {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["sessions"],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/sessions", { query: { limit: 100, ...(pageParam !== "" && { after: pageParam }) }, signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}
