import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { Filter } from "#lib/filters";
import { requestQuery } from "../request-query";

export const mostInWaterfall = 500;

/** Whether the filters name one session or trace, which can be drawn as a whole. */
export function isOneSession(filters: readonly Filter[]): boolean {
  return filters.filter(({ field }) => field === "session_id" || field === "trace_id").length === 1;
}

/** The requests of one session or trace, oldest first, whenever they were. */
export function useSessionRequests(filters: readonly Filter[]) {
  const call = useCall();
  return useQuery({
    queryKey: ["logs", "session", filters],
    queryFn: ({ signal }) =>
      call("GET /api/logs", {
        query: { ...requestQuery(filters), order: "oldest", limit: mostInWaterfall },
        signal,
      }),
  });
}
