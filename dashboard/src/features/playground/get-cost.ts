import { useQuery } from "@tanstack/react-query";
import { ApiProblem } from "#api/problem";
import { useCall } from "#api/use-call";

/** What a request cost, by its record, which is there a moment after the answer has ended. */
export function useCost(recordId: string | undefined) {
  const call = useCall();
  return useQuery({
    queryKey: ["logs", "cost", recordId],
    queryFn: async ({ signal }) => {
      const record = await call("GET /api/logs/{id}", { path: { id: recordId ?? "" }, signal });
      return record.cost_usd ?? null;
    },
    enabled: recordId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) => failures < 12 && error instanceof ApiProblem && error.status === 404,
    retryDelay: (failures) => Math.min(200 * 2 ** failures, 2000),
  });
}
