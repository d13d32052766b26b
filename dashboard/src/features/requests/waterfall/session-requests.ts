import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { Filter } from "#lib/filters";
import { requestQuery } from "../request-query";

export const mostInWaterfall = 500;

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
